# Changed twice in one layer, stored once; changed again later, stored again.
#: file app.bin 2M
FROM debian:bookworm
COPY app.bin /srv/app.bin
RUN chown 1000:1000 /srv/app.bin && chmod 755 /srv/app.bin
RUN chmod 4755 /srv/app.bin
