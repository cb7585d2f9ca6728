#: file a.txt 10k
#: file b.txt 20k
#: tree c 10 3k
FROM debian:bookworm
COPY a.txt b.txt c /srv/
COPY ["a.txt", "b.txt", "/opt/with space/"]
