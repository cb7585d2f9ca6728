#: tree src 50 8k
FROM debian:bookworm AS build
COPY src /src
RUN mkdir -p /out/bin && cp -r /src/. /out/bin && rm -r /out/bin/d1* && head -c 123456 /dev/zero > /out/extra
FROM debian:bookworm-slim
COPY --from=build /out/bin/ /usr/local/lib/app/
COPY --from=build /out/extra /usr/local/lib/
RUN chmod -R a-w /usr/local/lib/app
