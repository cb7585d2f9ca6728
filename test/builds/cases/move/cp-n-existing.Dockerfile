#: file a.bin 300k
#: file b.bin 200k
FROM debian:bookworm-slim
COPY a.bin b.bin /srv/
RUN cp -n /srv/a.bin /srv/b.bin && cp -n /srv/a.bin /srv/c.bin && mv -n /srv/a.bin /srv/c.bin
