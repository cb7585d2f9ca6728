#: tree src 40 5k
FROM debian:bookworm-slim
COPY src /work/src
WORKDIR /work
RUN mkdir /out && cp --parents src/d1/f1 /out && cp -r --parents src/d3 /out
RUN chmod 600 /out/src/d1/f1 /out/src/d3/f3
