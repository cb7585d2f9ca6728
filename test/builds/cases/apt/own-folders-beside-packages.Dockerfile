# No package of Debian's may have files there.
#: tree app 20 5k
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
COPY app /opt/app
COPY app /var/www/app
COPY app /usr/local/share/app
RUN chown -R www-data /opt/app && find /var/www/app -type f -exec chmod 644 {} + && chmod -R g+w /usr/local/share/app
RUN touch /run/app.pid /var/log/app.log && chown -R www-data /run/app.pid /var/log/nginx
