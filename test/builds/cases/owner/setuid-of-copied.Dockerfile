#: file helper 800k
FROM debian:bookworm-slim
COPY helper /usr/local/bin/helper
RUN chmod u+s /usr/local/bin/helper
