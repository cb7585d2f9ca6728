#: tree pkg 50 6k
#: tar pkg.tar.gz gz pkg
FROM debian:bookworm
COPY pkg.tar.gz /tmp/
RUN mkdir /opt/x && tar -xzf /tmp/pkg.tar.gz -C /opt/x
