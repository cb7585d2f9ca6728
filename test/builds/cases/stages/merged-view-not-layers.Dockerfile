#: tree src 40 10k
FROM debian:bookworm-slim AS build
COPY src /w/src
RUN chown -R 1000 /w/src
RUN rm -rf /w/src/d0 && head -c 100k /dev/zero > /w/new
FROM scratch
COPY --from=build /w /w
