#: file pkg/real 300k
#: hard pkg/hard pkg/real
#: link pkg/soft real
#: tar pkg.tar.gz gz pkg
FROM debian:bookworm
ADD pkg.tar.gz /opt/
