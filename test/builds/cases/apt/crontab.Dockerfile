#: text jobs 0 3 * * * /usr/local/bin/backup\n
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends cron && rm -rf /var/lib/apt/lists/*
COPY jobs /etc/cron.d/jobs
RUN crontab /etc/cron.d/jobs && touch /var/log/cron.log
