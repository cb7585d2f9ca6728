#: text setup.sh #!/bin/sh\nset -e\napt-get update\napt-get install -y --no-install-recommends "$@"\nrm -rf /var/lib/apt/lists/*\nmkdir -p /srv/app\nhead -c 500000 /dev/urandom > /srv/app/blob\n
#: text entry.sh #!/bin/sh\nexec "$@"\n
#: mode setup.sh 755
FROM debian:bookworm
COPY setup.sh /usr/local/sbin/
COPY --chmod=0755 entry.sh /
RUN setup.sh curl less
ENTRYPOINT ["/entry.sh"]
