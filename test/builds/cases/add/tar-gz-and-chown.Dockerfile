#: tree pkg 50 6k
#: tar pkg.tar.gz gz pkg
FROM debian:bookworm
ADD --chown=1000:1000 pkg.tar.gz /opt/
