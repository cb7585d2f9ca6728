FROM debian:bullseye
RUN useradd --no-log-init -u 1000000 app
