#: at-least 3 what sed leaves
#: at-least 4 what sed leaves
FROM debian:bookworm-slim
RUN seq 1 9999 > /srv/list
RUN sed -i 's/^1/2/' /srv/list
RUN sed -i '1,5000d' /srv/list
RUN sed -i.bak 's/^/################/' /srv/list
