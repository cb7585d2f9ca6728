#: tree web 120 6k
FROM debian:bookworm
COPY web /srv/web
RUN mv /srv/web /srv/www && ln -s www /srv/web
