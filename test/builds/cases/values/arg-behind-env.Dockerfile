#: build-arg GIVEN=40000
#: file a-2 30k
FROM debian:bookworm-slim
ENV DEFAULT=1 GIVEN=1 BARE=50000 LATER=1
ARG DEFAULT=2
ARG GIVEN
ARG BARE
ARG LATER=3
ENV LATER=60000
COPY a-$DEFAULT /srv/a
RUN head -c $GIVEN /dev/zero > /srv/b
RUN head -c $BARE /dev/zero > /srv/c
RUN head -c $LATER /dev/zero > /srv/d
