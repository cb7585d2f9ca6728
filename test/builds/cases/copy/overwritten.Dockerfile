#: file old.bin 2M
#: file new.bin 1M
FROM debian:bookworm
COPY old.bin /srv/app.bin
COPY new.bin /srv/app.bin
