# What the base's own files weigh is not known.
#: at-least 1 a file of the base
FROM debian:bookworm
RUN chown 1000 /usr/bin/perl /bin/bash
