#: sparse disk.img 5M
FROM debian:bookworm
COPY disk.img /srv/disk.img
