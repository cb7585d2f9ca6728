FROM debian:bookworm-slim AS never
RUN exit 3
FROM debian:bookworm-slim
RUN head -c 100k /dev/zero > /x
