FROM debian:bookworm
RUN export DIR=/srv/d && mkdir -p "$DIR" && (cd $DIR && head -c 10k /dev/zero > in) && head -c 20k /dev/zero > out && cd $DIR && mv in /in
