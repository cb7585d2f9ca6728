#: tree src 200 8k
FROM debian:bookworm-slim
RUN groupadd -r app && useradd -r -g app app
COPY src /app/src
RUN chown -R app:app /app
