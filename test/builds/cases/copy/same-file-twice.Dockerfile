#: file a.bin 1M
FROM debian:bookworm
COPY a.bin /srv/
COPY a.bin /srv/
COPY a.bin /srv/b.bin
