#: text conf key=value\n
#: file big.conf 2M
FROM debian:bookworm
COPY conf big.conf /etc/app/
RUN sed -i 's/value/other/' /etc/app/conf /etc/app/big.conf
