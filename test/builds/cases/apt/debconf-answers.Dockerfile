# debconf saves its files when it is told an answer, and keeps what they were; an install that asks nothing saves them once.
FROM debian:bookworm
RUN echo 'debconf debconf/frontend select Noninteractive' | debconf-set-selections
RUN apt-get update && apt-get install -y --no-install-recommends apt-utils file && rm -rf /var/lib/apt/lists/*
RUN echo 'debconf debconf/frontend select Teletype' | debconf-set-selections && apt-get update && apt-get install -y --no-install-recommends tree && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends wget && echo 'debconf debconf/frontend select Noninteractive' | debconf-set-selections && rm -rf /var/lib/apt/lists/*
