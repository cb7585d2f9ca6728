# Which of the package's files lie in the removed folders is known only roughly.
FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends vim && rm -rf /var/lib/apt/lists/* /usr/share/doc/* /usr/share/man/*
