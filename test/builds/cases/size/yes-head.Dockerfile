FROM debian:bookworm
RUN yes | head -c 2000000 > /y; cat /dev/zero | head -c 1000000 > /z
