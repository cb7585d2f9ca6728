FROM debian:bookworm
RUN for f in a b c; do head -c 50k /dev/zero > /srv/$f.bin; done && for f in a b; do rm /srv/$f.bin; done
