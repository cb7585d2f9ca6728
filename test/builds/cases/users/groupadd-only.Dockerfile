FROM debian:bookworm
RUN groupadd -g 2000 app
RUN addgroup --system other
