#: tree src 80 4k
#: file src/keep.log 700k
FROM debian:bookworm
COPY src /srv
RUN find /srv -name '*.log' -delete && find /srv -type f -size +1M -exec rm {} +
