#: tree t 5 20k
#: tar src.tar.gz gz t
#: at-least 3 of an archive only the whole is known
#: at-least 5 of an archive only the whole is known
#: at-least 6 of an archive only the whole is known
FROM debian:bookworm-slim
ADD src.tar.gz /w
RUN rm -r /w/t/d0
RUN cp -a /w /v
ADD src.tar.gz /x
RUN mv /x/t/d0 /d0
RUN tar cf /tmp/s.tar -C /w . && rm /tmp/s.tar && find /x -name 'f*' -delete && cp -a /x /y
