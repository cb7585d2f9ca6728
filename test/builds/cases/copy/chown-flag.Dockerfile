#: tree src 60 7k
FROM debian:bookworm
RUN useradd -r app
COPY --chown=app:0 src /srv/src
COPY --chown=1000:1000 src/d0 /srv/d0
