#: at-least 7 a tool that is not known
FROM debian:bookworm
RUN true
RUN echo building; ls -la /; cat /etc/os-release; id; env | sort
RUN mkdir -p /srv/a/b && ln -s /srv/a /srv/l
RUN set -x; test -d /srv && cd /srv && pwd
WORKDIR /srv/a/new
RUN sh -c 'exit 0' && [ -n "x" ] && which sh && command -v bash
RUN dpkg --print-architecture && getent passwd root
