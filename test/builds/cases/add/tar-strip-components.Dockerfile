#: tree pkg/sub 50 6k
#: tar pkg.tar gz pkg
FROM debian:bookworm
RUN --mount=type=bind,target=/ctx tar xf /ctx/pkg.tar --strip-components=1 --directory /opt
