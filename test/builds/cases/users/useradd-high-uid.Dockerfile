FROM debian:bookworm
RUN useradd -u 1000000 -m app
