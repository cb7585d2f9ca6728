#: file a.bin 100k
#: tree src 5 10k
FROM debian:bookworm
WORKDIR /srv
WORKDIR app
COPY a.bin .
COPY src ./
COPY a.bin b.bin
RUN mv a.bin c.bin && rm b.bin
RUN rm -r d0
