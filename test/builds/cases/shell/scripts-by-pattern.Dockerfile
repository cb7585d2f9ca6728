#: text setup/10-data.sh #!/bin/bash\nset -euo pipefail\nhead -c $1 /dev/zero > /data\n
#: text setup/20-user.sh #!/bin/sh\nuseradd -m -u $2 app\n
FROM debian:bookworm
COPY setup /setup
RUN chmod +x /setup/*.sh && for s in /setup/*.sh; do "$s" 70000 1500; done && rm -rf /setup
