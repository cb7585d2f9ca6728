FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends texlive-latex-base lmodern pandoc && rm -rf /var/lib/apt/lists/*
