#: tree app 40 10k
FROM debian:bookworm-slim
ARG UID=1000
RUN groupadd -g $UID app && useradd -m -u ${UID} -g app -s /bin/bash app
USER app
WORKDIR /home/app/src
COPY --chown=app:app app ./
RUN mkdir -p build && cp -r d1 d2 build/ && rm -rf d3
