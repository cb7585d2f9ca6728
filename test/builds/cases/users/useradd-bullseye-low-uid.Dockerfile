FROM debian:bullseye
RUN useradd -u 1500 app
