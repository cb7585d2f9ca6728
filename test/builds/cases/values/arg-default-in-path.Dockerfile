#: file a.bin 400k
FROM debian:bookworm
ARG DIR=/opt/app
ENV DEST=${DIR:-/x}/bin
COPY a.bin ${DEST}/
WORKDIR ${DIR}
RUN cp bin/a.bin ./copy.bin && mkdir -p logs && chmod 700 logs
