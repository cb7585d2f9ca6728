FROM debian:bookworm
RUN dd if=/dev/zero of=/hole bs=1 count=0 seek=6M
