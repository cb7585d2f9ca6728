#: file tool 1500k
#: text run.sh #!/bin/sh\nexec /srv/tool\n
FROM debian:bookworm
COPY tool run.sh /usr/local/bin/
RUN chmod +x /usr/local/bin/run.sh
