#: text packages.txt jq\nrsync\nunzip\n
FROM debian:bookworm
COPY packages.txt /tmp/packages.txt
RUN apt-get update && xargs -a /tmp/packages.txt apt-get install -y --no-install-recommends && rm -rf /var/lib/apt/lists/* /tmp/packages.txt
