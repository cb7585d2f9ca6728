FROM debian:bullseye-slim
RUN groupadd -r app && useradd -r -g app app
