FROM debian:bookworm
RUN <<EOF
mkdir -p /srv/a
head -c 1M /dev/zero > /srv/a/x
cd /srv/a
mv x y
EOF
