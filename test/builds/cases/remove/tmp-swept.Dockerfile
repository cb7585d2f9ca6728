FROM debian:bookworm
RUN head -c 3M /dev/zero > /tmp/a && mkdir -p /var/tmp/b && head -c 2M /dev/zero > /var/tmp/b/c && head -c 1M /dev/zero > /srv/kept && rm -rf /tmp/* /var/tmp/*
