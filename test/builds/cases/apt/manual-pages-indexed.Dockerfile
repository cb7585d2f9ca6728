FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends man-db && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends openssl && rm -rf /var/lib/apt/lists/*
