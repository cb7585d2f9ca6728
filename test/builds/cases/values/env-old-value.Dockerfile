FROM debian:bookworm
ENV a=10000
ENV a=20000 b=$a
RUN head -c $b /dev/zero > /x && head -c "$a" /dev/zero > /y
