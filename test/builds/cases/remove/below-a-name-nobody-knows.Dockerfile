#: tree app 60 4k
#: file app/x.map 200k
#: at-least 1 what is removed is known when it runs
#: at-least 3 what is removed is known when it runs
#: at-least 4 what is changed is known when it runs
FROM debian:bookworm-slim
RUN --mount=type=bind,source=app,target=/ctx cp -r /ctx /a && find /a -name '*.map' | while read -r f; do rm "$f"; done
RUN --mount=type=bind,source=app,target=/ctx cp -r /ctx /b && rm -rf $(ls -d /b/d*)
RUN --mount=type=bind,source=app,target=/ctx cp -r /ctx /c && cd /c && ls | grep -v map | xargs rm -rf
RUN for f in $(ls /a | head -n 3); do chmod 600 /a/$f/*; done
RUN --mount=type=bind,source=app,target=/ctx cd $(mktemp -d) && cp -r /ctx . && cp ctx/d1/f1 /opt/ && cd / && rm -rf /tmp/tmp.*
