# COPY of a link follows it; inside a folder it stays a link.
FROM debian:bookworm-slim AS build
RUN mkdir /out && head -c 1M /dev/zero > /out/app-1.2 && ln -s app-1.2 /out/app
FROM debian:bookworm-slim
COPY --from=build /out/app /usr/local/bin/app
COPY --from=build /out /srv/out
