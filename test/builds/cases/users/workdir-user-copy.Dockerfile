#: tree app 40 3k
FROM debian:bookworm-slim
RUN useradd -u 1001 app
USER app
WORKDIR /home/app/src
COPY --chown=app app .
RUN head -c 77777 /dev/zero > out.bin
USER root
RUN chown -R root out.bin && rm -rf *.txt
