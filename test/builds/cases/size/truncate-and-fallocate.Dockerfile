FROM debian:bookworm
RUN truncate -s 4M /t1 && truncate --size=3000000 /t2 && fallocate -l 2M /f1 && fallocate --length 1MB /f2
RUN truncate -s 1M /t1
RUN truncate -s 0 /t2
