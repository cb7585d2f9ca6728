FROM debian:bookworm-slim
RUN { head -c 6k /dev/zero; head -c 7k /dev/zero; } > /srv/a && (cd /srv && head -c 5k /dev/zero && echo end) > /srv/b
RUN for f in /srv/*; do cp "$f" "/opt/$(basename "$f").copy"; done && rm /opt/a.copy
