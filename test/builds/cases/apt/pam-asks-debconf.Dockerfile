FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpam-cap && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends iproute2 libpam-systemd && rm -rf /var/lib/apt/lists/*
