FROM debian:bullseye-slim
RUN useradd app
