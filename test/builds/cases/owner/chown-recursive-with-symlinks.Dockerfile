# A symbolic link costs nothing, changed or not; what it points to outside of the tree is not touched.
#: file outside.bin 2M
#: tree src 50 4k
#: link src/out ../outside.bin
FROM debian:bookworm
COPY outside.bin /app/
COPY src /app/src
RUN chown -R 1000:1000 /app/src
