FROM debian:bookworm
RUN useradd --create-home --home-dir /srv/app --shell /usr/sbin/nologin app && chown -R app:app /srv/app
RUN chown -R app /srv/app
