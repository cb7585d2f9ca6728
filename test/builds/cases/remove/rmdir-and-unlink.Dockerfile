FROM debian:bookworm
RUN mkdir -p /a/b/c && head -c 50k /dev/zero > /a/b/c/f && unlink /a/b/c/f && rmdir /a/b/c /a/b
