FROM debian:bookworm
RUN <<EOF
set -e
apt-get update
apt-get install -y --no-install-recommends tini gosu
rm -rf /var/lib/apt/lists/*
EOF
COPY <<-"EOT" /etc/app.conf
	key=$value
	other=1
EOT
RUN <<'EOF' bash
for f in a b c; do head -c 12345 /dev/urandom > /opt/$f; done
chmod 600 /opt/a
EOF
