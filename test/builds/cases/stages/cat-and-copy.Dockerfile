#: tree src 60 4k
FROM debian:bookworm AS build
WORKDIR /src
COPY src .
RUN mkdir -p /out/bin /out/lib && cp -r d0 d1 /out/lib && cat d2/* > /out/bin/tool && chmod +x /out/bin/tool && rm -rf d5
FROM debian:bookworm-slim AS mid
COPY --from=build --chown=1000:1000 /out /opt/out
COPY --from=build /src/d3 /src/d4 /opt/more/
FROM mid
RUN chown -R root:root /opt/out && find /opt/more -name 'f3*' -delete
COPY --from=mid /opt /copy
