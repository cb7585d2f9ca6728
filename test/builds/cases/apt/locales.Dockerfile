#: at-least 1 which locales /etc/locale.gen asks for
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y locales && sed -i -e 's/# en_US.UTF-8 UTF-8/en_US.UTF-8 UTF-8/' /etc/locale.gen && locale-gen && rm -rf /var/lib/apt/lists/*
