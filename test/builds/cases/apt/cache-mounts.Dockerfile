FROM debian:bookworm
RUN rm -f /etc/apt/apt.conf.d/docker-clean
RUN --mount=type=cache,id=ballast-apt-cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=ballast-apt-lib,target=/var/lib/apt,sharing=locked \
    apt-get update && apt-get install -y --no-install-recommends rsync
