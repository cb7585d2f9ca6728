ARG MODE=big
FROM debian:bookworm
ARG MODE
RUN fill() { head -c "$1" /dev/zero > "/srv/$2"; }; \
    case "$MODE" in big) fill 3000000 data;; *) fill 1000 data;; esac; \
    [ -f /srv/none ] || fill 200000 more
