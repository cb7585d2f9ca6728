FROM debian:bookworm
RUN mkdir /data && ln -s /data /srv/data
RUN head -c 700000 /dev/zero > /srv/data/x
RUN rm /data/x
