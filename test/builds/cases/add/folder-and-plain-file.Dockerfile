#: tree src 10 5k
#: file a.bin 100k
FROM debian:bookworm
ADD src a.bin /srv/
