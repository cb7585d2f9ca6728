FROM debian:trixie-slim
RUN useradd -m -u 10001 app
RUN useradd -r other
