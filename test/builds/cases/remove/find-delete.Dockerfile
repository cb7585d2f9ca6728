#: tree src 30 10k
#: file src/a.log 200k
#: file src/deep/er/b.log 100k
FROM debian:bookworm
RUN mkdir /w && head -c 100k /dev/zero > /w/x.o && head -c 50k /dev/zero > /w/x.c && find /w -name '*.o' -delete
COPY src /srv/src
RUN find /srv/src -name '*.log' -exec rm -f {} +
