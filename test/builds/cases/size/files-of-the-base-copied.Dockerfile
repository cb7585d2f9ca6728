#: at-least 1 a file of the base
FROM debian:bookworm
RUN cp /bin/bash /srv/bash
