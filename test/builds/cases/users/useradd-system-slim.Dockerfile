FROM debian:bookworm-slim
RUN useradd --system --no-create-home app
