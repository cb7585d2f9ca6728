FROM debian:bookworm-slim
RUN apt-get update && apt-get -o APT::Install-Recommends=false -y install git && rm -rf /var/lib/apt/lists
