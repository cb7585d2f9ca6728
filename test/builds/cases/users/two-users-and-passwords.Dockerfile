FROM debian:bookworm
RUN useradd -M one && useradd -rM two && echo 'one:secret' | chpasswd
RUN userdel two && usermod -s /bin/bash one
