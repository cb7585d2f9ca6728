#: file a.bin 100k
#: file b.bin 70k
FROM debian:bookworm-slim
COPY a.bin b.bin /x/
WORKDIR /w
RUN cp /x/a.bin . && mv /x/b.bin ./.
RUN chmod 600 a.bin b.bin
RUN cp -r /x/. . && install a.bin /opt/.
RUN chmod 600 /opt/a.bin
