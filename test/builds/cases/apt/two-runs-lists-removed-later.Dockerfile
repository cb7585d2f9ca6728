FROM debian:bookworm
RUN apt-get update
RUN apt-get install --yes --no-install-recommends patch
RUN rm -rf /var/lib/apt/lists/*
