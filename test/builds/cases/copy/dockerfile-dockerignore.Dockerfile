# <name>.dockerignore counts, .dockerignore beside it does not.
#: file a.bin 200k
#: file b.bin 300k
#: text Dockerfile.dockerignore a.bin\n
#: text .dockerignore b.bin\n
FROM debian:bookworm
COPY *.bin /srv/
