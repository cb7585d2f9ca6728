#: at-least 1 what perl writes is not known
FROM debian:bookworm
RUN head -c 100k /dev/zero > /a && perl -e 'open F, ">/b"; print F "x" x 5000000'
