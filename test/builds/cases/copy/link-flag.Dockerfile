#: file a.bin 1M
#: tree src 10 5k
FROM debian:bookworm
WORKDIR /srv
COPY --link a.bin /srv/a.bin
COPY --link --chown=1000 src/ /srv/src/
