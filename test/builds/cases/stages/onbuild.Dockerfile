#: tree src 10 5k
#: file package.json 1k
FROM debian:bookworm-slim AS onbuild
ONBUILD COPY package.json /app/
ONBUILD COPY src /app/src
ONBUILD RUN chown -R 1000 /app/src
FROM onbuild
RUN head -c 10k /dev/zero > /app/built
