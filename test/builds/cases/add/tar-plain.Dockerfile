#: tree pkg 50 6k
#: tar pkg.tar none pkg
FROM debian:bookworm
ADD pkg.tar /opt/
