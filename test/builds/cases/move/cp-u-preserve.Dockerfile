#: file x.bin 900k
FROM debian:bookworm
COPY x.bin /x.bin
RUN cp -p /x.bin /y.bin && cp /x.bin /y.bin
RUN cp /x.bin /y.bin
