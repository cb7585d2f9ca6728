#: file tool-1 200k
#: file tool-2 300k
FROM debian:bookworm
COPY tool-1 tool-2 /opt/
RUN update-alternatives --install /usr/bin/tool tool /opt/tool-1 10 && update-alternatives --install /usr/bin/tool tool /opt/tool-2 20 && update-alternatives --set tool /opt/tool-1
RUN dpkg-divert --local --rename --add /opt/tool-2 && ln -s /opt/tool-1 /opt/tool-2
