FROM debian:bookworm-slim AS made
RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin && rm -rf /var/lib/apt/lists/*
RUN head -c 3000000 /dev/zero > /tool && chmod 755 /tool && setcap cap_net_bind_service=+ep /tool
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin && rm -rf /var/lib/apt/lists/*
COPY --from=made /tool /tool
RUN getcap /tool | grep -q cap_net_bind_service
COPY --from=made /tool /other
RUN setcap cap_net_raw=+ep /other
