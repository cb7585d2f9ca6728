FROM debian:bookworm
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql && rm -rf /var/lib/apt/lists/*
