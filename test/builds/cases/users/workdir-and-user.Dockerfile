#: file a.bin 300k
FROM debian:bookworm
RUN useradd -m app
USER app
WORKDIR /home/app/work
COPY --chown=app a.bin .
RUN head -c 200k /dev/zero > mine && chmod 600 mine
RUN mkdir -p ~/bin && head -c 10k /dev/zero > ~/bin/tool
