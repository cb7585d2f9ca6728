FROM debian:bookworm
RUN head -c 9M /dev/zero > /tmp/x && mkdir /tmp/d && head -c 1M /dev/zero > /tmp/d/y && rm -rf /tmp/x /tmp/d
