FROM debian:bookworm-slim AS build
RUN mkdir -p /b/lib && head -c 300k /dev/zero > /b/lib/a.so && head -c 200k /dev/zero > /b/lib/b.so && head -c 900k /dev/zero > /b/lib/c.o
FROM debian:bookworm-slim
COPY --from=build --chown=1000:1000 /b/lib/*.so /usr/local/lib/
RUN ldconfig --version > /dev/null
