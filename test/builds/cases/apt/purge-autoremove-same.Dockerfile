FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl ca-certificates xz-utils \
 && apt-get purge -y --auto-remove curl \
 && rm -rf /var/lib/apt/lists/*
