#: text packages.txt # tools\njq\nrsync\n
FROM debian:bookworm
COPY packages.txt /tmp/
RUN apt-get update && apt-get install -y --no-install-recommends $(grep -v '^#' /tmp/packages.txt) && rm -rf /var/lib/apt/lists/*
