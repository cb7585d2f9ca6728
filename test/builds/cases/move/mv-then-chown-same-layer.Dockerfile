#: file one.jar 900k
FROM debian:bookworm
COPY one.jar /tmp/
RUN mv /tmp/one.jar /opt/app.jar && chown 1000:1000 /opt/app.jar && chmod 400 /opt/app.jar
