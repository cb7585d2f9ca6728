#: tree app 60 4k
FROM debian:bookworm-slim
COPY app /app
RUN mkdir /dest && tar -C /app -cf - . | tar -C /dest -xf -
RUN mkdir /more && (cd /app && tar cf - d1 d2) | (cd /more && tar xf -) && chmod 600 /more/d1/f1
