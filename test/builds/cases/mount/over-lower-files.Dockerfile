# What lies beneath a mounted path is neither read nor copied up.
#: tree pkg 20 6k
FROM debian:bookworm
COPY pkg /data
RUN --mount=type=cache,id=ballast-over,target=/data chown -R 1000 /data && head -c 1M /dev/zero > /data/x && rm -rf /data/*
