# cp -s makes symbolic links, cp -l hard ones: to a lower layer's file the whole file.
#: file a.bin 600k
FROM debian:bookworm
COPY a.bin /srv/a.bin
RUN cp -s /srv/a.bin /srv/soft
RUN cp -l /srv/a.bin /srv/hard
