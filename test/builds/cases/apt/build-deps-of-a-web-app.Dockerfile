FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev libssl-dev libffi-dev zlib1g-dev pkg-config && rm -rf /var/lib/apt/lists/*
