#: file main.c 10k
FROM debian:bookworm-slim AS first
RUN mkdir /out && head -c 2M /dev/urandom > /out/app && head -c 1M /dev/urandom > /out/lib.so
FROM debian:bookworm-slim
COPY main.c /tmp/main.c
RUN head -c 500k /dev/zero > /extra
FROM debian:bookworm-slim
COPY --from=first /out/app /usr/local/bin/app
COPY --from=1 /extra /srv/extra
COPY --from=0 /out /srv/out
