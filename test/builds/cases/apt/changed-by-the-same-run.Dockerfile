# What a command changes of packages that its own layer brings is in it already; in a later layer it is stored again.
FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends openssh-server sudo && rm -rf /var/lib/apt/lists/* && sed -i 's/#Port 22/Port 2222/' /etc/ssh/sshd_config && chmod 600 /etc/ssh/*_config && mv /etc/ssh/moduli /etc/ssh/moduli.old && touch /var/log/sshd.log
RUN echo 'app ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers && sed -i 's/#PermitRootLogin/PermitRootLogin/' /etc/ssh/sshd_config && echo 'alias ll="ls -l"' >> ~/.bashrc
