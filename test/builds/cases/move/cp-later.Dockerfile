#: tree conf 30 2k
FROM debian:bookworm
COPY conf /etc/app
RUN cp -r /etc/app /etc/app.default
RUN cp -a /etc/app.default/. /srv/
