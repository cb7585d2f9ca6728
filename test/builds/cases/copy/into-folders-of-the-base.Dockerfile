#: file a.bin 100k
FROM debian:bookworm-slim
COPY a.bin /srv
COPY a.bin /usr/local/bin
RUN cp /srv/a.bin /opt && mv /srv/a.bin /mnt
RUN chmod 755 /usr/local/bin/a.bin /opt/a.bin /mnt/a.bin
