#: tree d 20 5k
FROM debian:bookworm-slim
COPY d /d
COPY --chown=nobody d /e
RUN ln -s /d /l && ln -s d1/f1 /d/m
RUN chown -R nobody /l && touch -h /d/m
RUN chown -R --from=root:root nobody:nogroup /e
RUN chown -RH nobody /l
RUN chmod -R 700 /l
