#: tree src 12 8k
FROM debian:bookworm
COPY src/ /srv/
RUN chown -R 33:33 /srv/d0
