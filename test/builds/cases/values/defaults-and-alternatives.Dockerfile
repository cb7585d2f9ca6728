#: file a.bin 100k
FROM debian:bookworm
ARG DEST
ENV TOP=${DEST:-/srv/top} MORE=${DEST:+/never}
COPY a.bin ${TOP}/
RUN head -c 20k /dev/zero > "${TOP}/${NAME:-x}" && mv "$TOP/a.bin" "${TOP%/top}/b.bin"
