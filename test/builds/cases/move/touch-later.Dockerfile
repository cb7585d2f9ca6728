#: tree src 20 10k
FROM debian:bookworm
COPY src /srv/src
RUN touch /srv/src/d0/f0 /srv/src/d1/f1 /srv/new
