FROM debian:bullseye-slim
RUN adduser --disabled-password --gecos "" app
