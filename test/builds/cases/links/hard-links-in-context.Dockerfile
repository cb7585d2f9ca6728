#: file dir/a.bin 700k
#: hard dir/b.bin dir/a.bin
FROM debian:bookworm
COPY dir /srv/dir
