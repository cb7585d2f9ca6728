# What may not run counts as the smaller image.
#: at-least 1 a branch that depends on what is there
FROM debian:bookworm
RUN test -e /no-such-file || head -c 100k /dev/zero > /a; if [ -d /srv ]; then head -c 200k /dev/zero > /b; fi
