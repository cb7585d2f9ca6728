FROM debian:bookworm
RUN apt update -qq && apt install -qqy --no-install-suggests wget
