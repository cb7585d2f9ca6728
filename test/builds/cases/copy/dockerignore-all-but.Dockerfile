#: file app/main.py 20k
#: file app/util/u.py 10k
#: file app/util/u.pyc 30k
#: file data/big.bin 2M
#: file requirements.txt 1k
#: text .dockerignore *\n!app\n!requirements.txt\napp/**/*.pyc\n
FROM debian:bookworm
COPY . /srv/
