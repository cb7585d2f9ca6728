FROM debian:bookworm
COPY <<-ONE <<TWO /srv/
	tabs go away
ONE
	tabs stay
TWO
COPY --chmod=755 <<EOF /usr/local/bin/run
#!/bin/sh
exec "$@"
EOF
