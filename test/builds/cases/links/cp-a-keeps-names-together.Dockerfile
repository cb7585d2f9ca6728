#: file d/one.bin 300k
FROM debian:bookworm-slim AS made
COPY d /d
RUN ln /d/one.bin /d/two.bin && ln /d/one.bin /d/three.bin
RUN cp -a /d /e
RUN cp -r /d /f
FROM debian:bookworm-slim
COPY --from=made /e /e
COPY --from=made /e/one.bin /e/two.bin /h/
