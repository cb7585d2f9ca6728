FROM debian:bookworm
RUN apt-get update && apt-get install -y apt
RUN apt-get install -y --no-install-recommends netcat-openbsd
