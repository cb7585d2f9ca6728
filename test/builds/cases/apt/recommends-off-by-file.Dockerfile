FROM debian:bookworm-slim
RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/99norec
RUN apt-get update && apt-get -y install make && rm -rf /var/lib/apt/lists/*
