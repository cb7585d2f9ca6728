#: at-least 1 how long the downloaded package is
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends --download-only less && apt-get install -s jq && rm -rf /var/lib/apt/lists/*
