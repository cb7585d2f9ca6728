#: tree pkg 20 6k
FROM debian:bookworm
RUN --mount=type=bind,source=pkg,target=/mnt/pkg cp -r /mnt/pkg /srv/pkg
