FROM debian:trixie
RUN useradd -m app
RUN usermod -aG users app
