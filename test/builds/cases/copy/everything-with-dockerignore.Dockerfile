#: file app.js 30k
#: tree node_modules 100 10k
#: file .git/objects/pack/p.pack 2M
#: file logs/a.log 100k
#: file logs/keep.log 50k
#: file src/deep/x.tmp 40k
#: file src/deep/x.js 20k
#: text .dockerignore # what stays out\n.git\nnode_modules\n**/*.tmp\nlogs/*\n!logs/keep.log\nDockerfile\n
FROM debian:bookworm
WORKDIR /app
COPY . .
