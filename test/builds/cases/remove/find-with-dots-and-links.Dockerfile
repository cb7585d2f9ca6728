#: file d/.hidden 100k
#: file d/e/shown 50k
#: link d/link .hidden
FROM debian:bookworm-slim
COPY d /d
RUN cp -a /d /x && find /x -delete
RUN cp -a /d /y && find /y -type f -delete && cp /d/.hidden /y/.hidden && cp /y/link /z
RUN cp -r /d/*/ /v && mv /v /w
