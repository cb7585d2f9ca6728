FROM debian:bookworm-slim AS base
FROM scratch
COPY --from=base /usr/share/zoneinfo /usr/share/zoneinfo
