FROM debian:bookworm
RUN --mount=type=cache,id=ballast-cache,target=/cache head -c 4M /dev/urandom > /cache/x && head -c 50k /cache/x > /srv/part
