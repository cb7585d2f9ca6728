FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends git && apt-get remove -y git && rm -rf /var/lib/apt/lists/*
RUN apt-get autoremove -y
