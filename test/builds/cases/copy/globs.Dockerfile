#: file a1.txt 11k
#: file a2.txt 12k
#: file b1.txt 13k
#: file c.md 14k
#: file sub/d.txt 15k
FROM debian:bookworm
COPY *.txt /all/
COPY a?.txt /question/
COPY [bc]*.* /set/
COPY */*.txt /deeper/
