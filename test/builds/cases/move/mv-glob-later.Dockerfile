#: file one.jar 900k
#: file two.jar 700k
#: file note.txt 10k
FROM debian:bookworm
COPY one.jar two.jar note.txt /tmp/
RUN mv /tmp/*.jar /opt/
