#: file lib.so 1200k
FROM debian:bookworm
COPY lib.so /usr/local/lib/lib.so.1
RUN ln /usr/local/lib/lib.so.1 /usr/local/lib/lib.so
