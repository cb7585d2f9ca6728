#: tree pkg 20 6k
FROM debian:bookworm
RUN --mount=type=bind,source=pkg,target=/mnt/pkg,rw head -c 1M /dev/zero > /mnt/pkg/new && chown -R 1000 /mnt/pkg
