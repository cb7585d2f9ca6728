FROM debian:bookworm
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata locales && rm -rf /var/lib/apt/lists/*
