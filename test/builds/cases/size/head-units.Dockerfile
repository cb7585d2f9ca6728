FROM debian:bookworm
RUN head -c 1K /dev/zero > /a && head -c 1kB /dev/zero > /b && head -c 1M /dev/zero > /c && head -c 1MB /dev/zero > /d && head --bytes=3m /dev/zero > /e; head -c1234567 /dev/zero >/f
