FROM debian:bookworm
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get -qq update; apt-get install bzip2 unzip -yq --no-install-recommends -o Dpkg::Use-Pty=0; rm -r /var/lib/apt/lists/*
