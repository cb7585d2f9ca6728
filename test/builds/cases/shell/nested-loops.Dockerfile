FROM debian:bookworm
RUN for i in 1 2 3; do for j in a b; do dd if=/dev/zero of=/srv/$i$j bs=1k count=100; done; done
RUN for i in 1 2; do rm /srv/${i}a; done
