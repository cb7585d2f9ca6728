#: file bin.x 300k
FROM debian:bookworm
COPY bin.x /tmp/x
RUN install -d -m 0750 /opt/p && install -t /opt/p /tmp/x && install -D /tmp/x /opt/q/r/x && ln /opt/p/x /opt/p/y && ln -sf /opt/p/x /usr/local/bin/x
RUN rm /tmp/x /opt/p/y
