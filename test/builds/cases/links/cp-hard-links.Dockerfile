#: tree src 60 5k
#: link src/l 1.txt
FROM debian:bookworm
COPY src /a
RUN cp -a /a /b && cp -r /a/. /c/ && cp -al /a /d
