FROM debian:bookworm
RUN dd if=/dev/zero of=/tmp/part bs=1M count=4 && mv /tmp/part /srv/whole
