FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends aptitude
RUN aptitude update && aptitude install -y --without-recommends tree && rm -rf /var/lib/apt/lists/*
RUN aptitude search tree > /dev/null; aptitude purge -y tree
