FROM debian:bookworm
RUN apt-get update && apt-get install -y apt-transport-https ca-certificates curl gnupg lsb-release software-properties-common && rm -rf /var/lib/apt/lists/*
