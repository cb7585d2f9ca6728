FROM debian:bookworm
RUN <<-'END'
	set -eu
	for n in 1 2 3; do
		head -c 100k /dev/zero > "/srv/f$n"
	done
END
