FROM debian:bullseye-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-requests python3-yaml && rm -rf /var/lib/apt/lists/*
