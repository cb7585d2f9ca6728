# Without docker-clean the packages stay in /var/cache/apt/archives.
#: at-least 1 how long the downloaded packages are
FROM debian:bookworm
RUN rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y --no-install-recommends tree
RUN apt-get clean
