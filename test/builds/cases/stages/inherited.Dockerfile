#: file a.bin 500k
FROM debian:bookworm-slim AS base
WORKDIR /srv
COPY a.bin .
FROM base AS build
RUN head -c 5M /dev/zero > junk
FROM base
RUN chmod 700 a.bin
COPY --from=build /srv/a.bin b.bin
