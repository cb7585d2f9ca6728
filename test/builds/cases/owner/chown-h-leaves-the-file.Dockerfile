#: file data.bin 2M
FROM debian:bookworm
COPY data.bin /srv/data.bin
RUN ln -s /srv/data.bin /srv/link
RUN chown -h 1000 /srv/link
