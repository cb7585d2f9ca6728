FROM debian:bullseye
RUN apt-get update
