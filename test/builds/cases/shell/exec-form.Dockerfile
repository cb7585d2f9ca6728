#: file a.bin 100k
FROM debian:bookworm
COPY a.bin /srv/a.bin
RUN ["dd", "if=/dev/zero", "of=/x", "bs=1M", "count=2"]
RUN ["/bin/sh", "-c", "cp /srv/a.bin /srv/b.bin"]
RUN ["chmod", "600", "/srv/a.bin"]
