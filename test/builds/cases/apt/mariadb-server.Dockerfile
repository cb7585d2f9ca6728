FROM debian:bookworm
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mariadb-server && apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*
