FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client redis-tools default-mysql-client && rm -rf /var/lib/apt/lists/*
