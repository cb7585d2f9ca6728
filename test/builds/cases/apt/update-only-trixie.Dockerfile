FROM debian:trixie
RUN apt-get update
