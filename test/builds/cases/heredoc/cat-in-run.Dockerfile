FROM debian:bookworm
RUN cat > /etc/a.conf <<EOF && head -c 5000 /dev/zero > /b
key=value
EOF
RUN cat <<'EOF' >> /etc/a.conf
other=$value
EOF
