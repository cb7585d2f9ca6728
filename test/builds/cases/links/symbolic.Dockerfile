#: file lib.so 1200k
FROM debian:bookworm
COPY lib.so /usr/local/lib/lib.so.1.2.3
RUN ln -s lib.so.1.2.3 /usr/local/lib/lib.so.1 && ln -sf /usr/local/lib/lib.so.1 /usr/local/lib/lib.so
WORKDIR /usr/local/lib
RUN ln -snf lib.so.1.2.3 current
