FROM debian:trixie
RUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*
