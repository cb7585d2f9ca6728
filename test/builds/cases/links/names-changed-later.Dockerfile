#: file d/one.bin 300k
FROM debian:bookworm-slim
COPY d /d
RUN ln /d/one.bin /d/two.bin
RUN chmod -R 700 /d
RUN ln /d/one.bin /d/three.bin && head -c 5k /dev/zero > /d/three.bin
RUN mv /d /e
