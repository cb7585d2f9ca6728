#: tree src 120 9k
FROM debian:bookworm
COPY src /tmp/src
RUN mkdir -p /opt/app && mv /tmp/src /opt/app/src
