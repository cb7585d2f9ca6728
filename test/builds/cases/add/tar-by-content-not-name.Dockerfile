#: tree pkg 50 6k
#: tar data.bin gz pkg
#: file fake.tar.gz 300k
FROM debian:bookworm
ADD data.bin /opt/
ADD fake.tar.gz /opt/
