FROM debian:bookworm
ARG NAME=ballast
COPY <<EOF /etc/app.conf
name = ${NAME}
path = /srv/$NAME
EOF
COPY <<"EOF" /etc/raw.conf
name = ${NAME}
EOF
