#: file app.log 1M
FROM debian:bookworm
COPY app.log /var/log/app.log
RUN echo "built" >> /var/log/app.log
RUN printf 'a\nb\n' | tee -a /var/log/app.log > /dev/null
