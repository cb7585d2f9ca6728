FROM debian:bookworm
RUN make_it() { head -c "$1" /dev/zero > "$2"; } && make_it 30000 /srv/a && make_it 40000 /srv/b
