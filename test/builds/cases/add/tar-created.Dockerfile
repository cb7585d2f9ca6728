# The archive's headers and padding belong to it.
#: tree pkg 40 5k
#: at-least 2 the length of an archive made in the build
FROM debian:bookworm
COPY pkg /srv/pkg
RUN tar -cf /srv/pkg.tar -C /srv pkg && rm -rf /srv/pkg
