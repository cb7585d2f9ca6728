#: file tool 1M
FROM debian:bookworm
COPY tool /tmp/tool
RUN install -m 0755 -o 1000 -g 1000 /tmp/tool /usr/local/bin/tool && rm /tmp/tool
