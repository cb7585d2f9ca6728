FROM debian:trixie
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-21-jre-headless maven && rm -rf /var/lib/apt/lists/*
