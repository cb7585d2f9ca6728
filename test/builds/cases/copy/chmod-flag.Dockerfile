#: file tool 1M
FROM debian:bookworm
COPY --chmod=0755 tool /usr/local/bin/
RUN chmod 755 /usr/local/bin/tool
