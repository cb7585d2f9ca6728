FROM debian:bookworm
RUN --mount=type=tmpfs,target=/tmp --mount=type=secret,id=token head -c 2M /dev/zero > /tmp/x && sha256sum /tmp/x > /srv/sum
