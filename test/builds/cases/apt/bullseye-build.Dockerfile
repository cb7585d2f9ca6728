FROM debian:bullseye
RUN apt-get update && apt-get install -y build-essential cmake && rm -rf /var/lib/apt/lists/*
