#: tree web/assets 100 6k
#: tree web/pages 40 3k
FROM debian:bookworm
COPY web /var/www
RUN chmod -R g+w /var/www/pages && chmod -R a+rX /var/www/assets
