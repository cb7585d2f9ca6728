# A link that a pattern fits is followed, each to a file of its own.
#: file ctx/a.bin 50k
#: link ctx/b.bin a.bin
FROM debian:bookworm-slim AS build
RUN mkdir -p /o/real && head -c 100k /dev/zero > /o/libx.so.1.2 && ln -s libx.so.1.2 /o/libx.so.1 && ln -s libx.so.1 /o/libx.so && cp /o/libx.so.1 /o/real/x && ln -s real /o/current
FROM debian:bookworm-slim
COPY --from=build /o/libx.so* /usr/local/lib/
COPY --from=build /o/cur* /opt/
COPY ctx/*.bin /srv/
