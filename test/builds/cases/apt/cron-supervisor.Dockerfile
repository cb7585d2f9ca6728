#: text crontab * * * * * root true\n
FROM debian:bookworm
RUN apt-get update && apt-get install -y cron supervisor rsyslog logrotate && rm -rf /var/lib/apt/lists/*
COPY crontab /etc/cron.d/app
RUN chmod 0644 /etc/cron.d/app && touch /var/log/cron.log
