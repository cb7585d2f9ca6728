#: tree pkg/sub 50 6k
#: tar pkg.tar.gz gz pkg
# An archive that ADD cannot unpack this way, kept: a proof of download-kept.
FROM debian:bookworm
COPY pkg.tar.gz /tmp/
RUN tar xzf /tmp/pkg.tar.gz --strip-components=1 --directory /opt
