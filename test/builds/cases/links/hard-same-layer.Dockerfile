FROM debian:bookworm
RUN head -c 5000000 /dev/urandom > /srv/a && ln /srv/a /srv/b && ln /srv/a /srv/c
