#: target middle
FROM debian:bookworm-slim AS middle
RUN head -c 100k /dev/zero > /x
FROM middle
RUN head -c 200k /dev/zero > /y
