FROM debian:bookworm
RUN dd if=/dev/zero of=/a bs=512 count=100 2>/dev/null && dd if=/dev/zero bs=1k count=2000 of=/b status=none
RUN dd if=/dev/urandom of=/c bs=4096 count=1k && dd if=/dev/zero of=/d bs=1MB count=2
