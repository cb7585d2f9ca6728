FROM debian:bookworm
RUN head -c 2000000 /dev/urandom > /srv/a && cp /srv/a /srv/b
RUN truncate -s 1000 /srv/a && echo more >> /srv/b
