FROM debian:bookworm
RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/99norec && apt-get update && apt-get install -yqq git vim-tiny less && apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*
