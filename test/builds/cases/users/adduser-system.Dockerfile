FROM debian:bookworm
RUN adduser --system --group --home /srv/app app
