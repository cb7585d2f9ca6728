# The lists lie in the image; under the mount there is nothing to remove.
FROM debian:bookworm-slim
RUN apt-get update
RUN --mount=type=cache,id=ballast-lists,target=/var/lib/apt/lists rm -rf /var/lib/apt/lists/*
