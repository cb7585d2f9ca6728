# debconf's files are stored again by both, and changed by a purge alone.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends fontconfig-config ca-certificates && rm -rf /var/lib/apt/lists/*
RUN apt-get purge -y ca-certificates
RUN apt-get remove -y fontconfig-config
