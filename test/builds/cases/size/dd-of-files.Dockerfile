#: file a.bin 300k
FROM debian:bookworm-slim
COPY a.bin /srv/a
RUN dd if=/srv/a of=/srv/b bs=1k count=50 && dd if=/srv/a of=/srv/c bs=1M count=5 && dd if=/srv/a of=/srv/d bs=1k count=10 seek=20
RUN dd if=/dev/zero of=/srv/a bs=1k count=1 conv=notrunc
