# dpkg's status, the logs and the lists are stored again by the second RUN.
FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends bc && apt-get clean
RUN apt-get update && apt-get install -y --no-install-recommends dc && apt-get clean && rm -rf /var/lib/apt/lists/*
