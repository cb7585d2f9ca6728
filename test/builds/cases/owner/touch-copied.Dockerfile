#: file data.bin 1500k
FROM debian:bookworm
COPY data.bin /srv/data.bin
RUN touch /srv/data.bin
RUN touch /srv/other /srv/third
