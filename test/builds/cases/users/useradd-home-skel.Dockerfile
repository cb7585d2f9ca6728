FROM debian:bookworm
RUN useradd -m -s /bin/bash app && adduser --disabled-password --gecos "" other
RUN usermod -aG sudo app; groupadd extra
