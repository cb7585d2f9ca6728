#: text app.conf listen 80;\nroot /srv;\n
#: file big.js 2M
FROM debian:bookworm
COPY app.conf big.js /etc/app/
RUN sed -i 's/80/8080/' /etc/app/app.conf
RUN sed -i -e 's/zzzzzzzz/y/' /etc/app/big.js
