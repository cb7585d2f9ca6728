#: file app.js 30k
#: file .env 1k
#: file .git/objects/pack/p.pack 600k
#: tree src 10 4k
FROM debian:bookworm
COPY . /app
