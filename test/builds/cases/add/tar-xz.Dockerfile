#: tree pkg 50 6k
#: tar pkg.tar.xz xz pkg
FROM debian:bookworm
ADD pkg.tar.xz /opt/
