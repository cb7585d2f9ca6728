FROM debian:bookworm
RUN <<END
#!/bin/bash
set -euo pipefail
head -c 100k /dev/zero | tee /srv/{a,b} > /dev/null
END
