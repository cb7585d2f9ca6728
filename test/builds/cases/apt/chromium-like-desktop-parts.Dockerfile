FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends fonts-liberation libnss3 libxss1 libasound2 libgtk-3-0 && rm -rf /var/lib/apt/lists/*
