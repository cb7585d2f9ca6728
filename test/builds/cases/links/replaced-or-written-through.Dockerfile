#: file a.bin 100k
#: file b.bin 70k
FROM debian:bookworm-slim
COPY a.bin b.bin /d/
RUN cd /d && ln -s b.bin l && ln -s b.bin m && ln -s b.bin n && ln -s b.bin o && ln -s /d /cur
RUN cd /d && cp a.bin z && mv z l && install a.bin m && cp a.bin o
RUN mkdir /e && ln -sfn /e /cur && cp /d/a.bin /cur/x && ln -sf x /cur/y
RUN chmod 600 /e/y
