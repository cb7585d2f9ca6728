#: file a.bin 600k
FROM debian:bookworm
COPY a.bin /srv/a.bin
RUN mkdir /opt/lib && cp /srv/a.bin /opt/lib && cp /srv/a.bin /opt/lib/b.bin
