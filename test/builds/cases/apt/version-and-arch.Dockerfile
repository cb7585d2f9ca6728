FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends netbase:amd64 'bsdmainutils=12*' && rm -rf /var/lib/apt/lists/*
