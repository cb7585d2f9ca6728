#: tree src 50 20k
FROM debian:bookworm
COPY src /srv/src
RUN rm -rf /srv/src
