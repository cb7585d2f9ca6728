#: at-least 1 a file of an image
FROM debian:bookworm-slim
COPY --from=debian:bookworm /usr/bin/perl /opt/perl
