#: tree src 30 10k
FROM debian:bookworm
COPY src /srv/src
RUN rm -rf /srv/src/* && head -c 123456 /dev/urandom > /srv/src/only
