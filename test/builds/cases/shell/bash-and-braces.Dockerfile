FROM debian:bookworm
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN mkdir -p /srv/{a,b} && head -c 10k /dev/zero | tee /srv/{a,b}/x > /dev/null
RUN cp /srv/a/x{,.orig}
