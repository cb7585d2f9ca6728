#: at-least 1 Node cannot unpack bzip2: what the archive holds is not known
#: tree pkg 50 6k
#: tar pkg.tbz bz2 pkg
FROM debian:bookworm
ADD pkg.tbz /opt/
