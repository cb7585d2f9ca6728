FROM debian:bookworm
RUN head -c 3M /dev/urandom > /srv/data && chown 1000:1000 /srv/data && chmod 600 /srv/data
