#: file app.log 1M
FROM debian:bookworm
COPY app.log /var/log/app.log
RUN : > /var/log/app.log
RUN cp /dev/null /var/log/other.log
