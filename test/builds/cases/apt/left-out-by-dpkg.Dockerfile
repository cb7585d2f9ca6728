#: at-least 3 what dpkg is told to leave out
FROM debian:bookworm
RUN printf 'path-exclude /usr/share/doc/*\npath-include /usr/share/doc/*/copyright\npath-exclude /usr/share/man/*\npath-exclude=/usr/share/locale/*\npath-exclude /usr/share/info/*\n' > /etc/dpkg/dpkg.cfg.d/01_nodoc
RUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*
RUN echo 'path-exclude /usr/lib/file/*' > /etc/dpkg/dpkg.cfg.d/01_nodoc && apt-get update && apt-get install -y --no-install-recommends file && rm -rf /var/lib/apt/lists/*
