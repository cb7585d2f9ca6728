# The second update writes the signed lists of the releases again, though nothing in them is new.
FROM debian:bookworm
RUN apt-get update
RUN apt-get update
