FROM debian:bookworm-slim AS build
RUN head -c 3M /dev/urandom > /out.bin
FROM debian:bookworm-slim
RUN --mount=type=bind,from=build,source=/out.bin,target=/mnt/out.bin cp /mnt/out.bin /srv/app.bin
