#: gzip dump.sql.gz 400k
FROM debian:bookworm
ADD dump.sql.gz /srv/
