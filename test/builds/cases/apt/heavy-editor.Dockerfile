#: file app 1000
# vim where vim-tiny would do: a proof of heavy-package.
FROM debian:bookworm-slim
# ballast ignore=tools-for-people
RUN apt-get update && apt-get install -y --no-install-recommends vim && rm -rf /var/lib/apt/lists/*
COPY app /app
CMD ["/app"]
