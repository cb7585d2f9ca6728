# A link named as the source is followed; a link inside a copied folder stays a link.
#: file real.bin 1M
#: link alias.bin real.bin
#: file dir/real.bin 500k
#: link dir/alias.bin real.bin
FROM debian:bookworm
COPY alias.bin /srv/
COPY dir /srv/dir
