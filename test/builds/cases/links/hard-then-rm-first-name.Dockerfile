FROM debian:bookworm
RUN head -c 2M /dev/urandom > /srv/a && ln /srv/a /srv/b && rm /srv/a
