#: at-least 1 Node cannot unpack xz: what the archive holds is not known
#: tree pkg 50 6k
#: tar pkg.tar.xz xz pkg
FROM debian:bookworm
ADD pkg.tar.xz /opt/
