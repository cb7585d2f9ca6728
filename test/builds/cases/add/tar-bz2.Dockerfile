#: tree pkg 50 6k
#: tar pkg.tbz bz2 pkg
FROM debian:bookworm
ADD pkg.tbz /opt/
