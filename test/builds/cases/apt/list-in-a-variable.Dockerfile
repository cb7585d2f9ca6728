FROM debian:bookworm-slim
ARG PACKAGES="procps lsof"
RUN set -ex; packages="psmisc $PACKAGES"; apt-get update; apt-get install -y --no-install-recommends $packages; rm -rf /var/lib/apt/lists/*
