# A package's single file, copied out of its stage.
#: at-least 1 the bytes of one file of a package
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static
FROM scratch
COPY --from=build /bin/busybox /bin/busybox
