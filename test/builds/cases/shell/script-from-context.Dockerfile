#: text install.sh #!/bin/sh\nset -e\nmkdir -p /opt/app\nhead -c 700k /dev/zero > /opt/app/data\nchmod 600 /opt/app/data\n
#: mode install.sh 755
FROM debian:bookworm
COPY install.sh /tmp/
RUN /tmp/install.sh && rm /tmp/install.sh
RUN --mount=type=bind,source=install.sh,target=/i.sh sh /i.sh
