#: file a.log 300k
#: file b.log 400k
#: file c.txt 500k
FROM debian:bookworm
COPY a.log b.log c.txt /srv/
RUN chgrp 50 /srv/*.log
