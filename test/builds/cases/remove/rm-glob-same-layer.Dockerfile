FROM debian:bookworm
RUN cd /tmp && head -c 500k /dev/zero > a.tmp && head -c 400k /dev/zero > b.tmp && head -c 300k /dev/zero > keep.dat && rm -f *.tmp
