// Programs that serve others, as they are started.

/** Known to call neither editors nor tools for people, whatever they are asked; jobs and plug-ins of others run in none of them. */
const servers = new Set(
  (
    "nginx openresty httpd httpd-foreground apache2 apache2ctl apachectl apache2-foreground lighttpd caddy haproxy varnishd traefik envoy squid " +
    "postgres postmaster mysqld mysqld_safe mariadbd mongod mongos redis-server redis-sentinel valkey-server memcached pgbouncer pgpool influxd clickhouse-server " +
    "cassandra etcd rabbitmq-server mosquitto nats-server zookeeper prometheus alertmanager grafana-server " +
    "slapd vsftpd pure-ftpd proftpd smbd nmbd ntpd chronyd rsyslogd php-fpm fcgiwrap stunnel stunnel4 minio"
  ).split(" "),
);
export const isServer = (name: string): boolean => servers.has(name.replace(/^(php-fpm)[\d.]+$/, "$1"));

/** Those among them that hand what they are asked to a project's programs. */
export const mayRunPrograms = (name: string): boolean => /^(?:php-fpm|fcgiwrap|apache|httpd)/.test(name);

/** Started with no more than its image has; Tomcat with the programs that somebody puts there. */
export const servesByItself = (name: string): boolean => isServer(name) || name === "catalina.sh";

/** They serve the program of a project, which lies beside them. */
const ofProjects = new Set(
  (
    "gunicorn uvicorn hypercorn daphne waitress-serve uwsgi celery flask puma unicorn thin passenger rackup rails sidekiq npm yarn pnpm npx bun pm2 pm2-runtime " +
    "dotnet catalina.sh deno streamlit"
  ).split(" "),
);
export const servesProject = (name: string): boolean => ofProjects.has(name);

/** What scripts do beside starting a program. */
const helpers = new Set(
  (
    "mkdir chown chmod cp mv rm ln ls cat sed grep egrep awk cut head tail tr sort uniq find xargs touch date id sleep printenv hostname nc getent openssl " +
    "envsubst ps pgrep pidof stat basename dirname readlink realpath mktemp whoami dig nslookup host ping netstat adduser addgroup useradd groupadd usermod groupmod update-ca-certificates ldconfig " +
    "curl wget install tee seq expr uname nproc wait-for-it.sh wait-for psql pg_isready mysql mysqladmin redis-cli"
  ).split(" "),
);
export const onlyHelps = (name: string): boolean => helpers.has(name);
