#: file a.bin 100k
ARG SUITE=bookworm-slim
ARG SIZE=30k
FROM debian:${SUITE}
ARG SIZE
RUN head -c ${SIZE} /dev/zero > /x
