#: at-least 1 what newer versions bring: nothing on a base made today
FROM debian:bookworm-slim
RUN apt-get update && apt-get -y upgrade && apt-get -y dist-upgrade && rm -rf /var/lib/apt/lists/*
