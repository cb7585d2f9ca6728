import type { BaseImage } from "./base.ts";
import { isWithin } from "./paths.ts";

/** What tells where somebody is at home. */
export interface Accounts {
  readonly base?: BaseImage;
  /** What commands of the build said of it; undefined where they said what is not known here. */
  readonly homes: ReadonlyMap<string, string | undefined>;
}

/** Stands for homes that nobody knows: what goes there is stored somewhere. */
const nowhere = "/~";

export const isNowhere = (path: string): boolean => isWithin(path, nowhere);

const table = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(" ").map((pair) => [pair.replace(/=.*/, ""), pair.replace(/^.*=/, "")]));

/** base-passwd's passwd.master, what releases agree on. */
const ofDebian = table(
  "daemon=/usr/sbin bin=/bin sys=/dev sync=/bin games=/usr/games man=/var/cache/man lp=/var/spool/lpd mail=/var/mail news=/var/spool/news " +
    "uucp=/var/spool/uucp proxy=/bin www-data=/var/www backup=/var/backups list=/var/list",
);
/** alpine-baselayout-data's passwd. */
const ofAlpine = table("bin=/bin daemon=/sbin lp=/var/spool/lpd sync=/sbin news=/usr/lib/news uucp=/var/spool/uucppublic games=/usr/games");

/** Debian's and Alpine's packages, and the official image. */
const ofPackages = table("postgres=/var/lib/postgresql");

/** Accounts that a distribution, a package or an image makes for a service: each has its own idea of a home, seldom /home. */
const services = new Set(
  (
    "daemon bin sys sync games man lp mail news uucp proxy www-data www backup list irc gnats nobody _apt adm operator ftp sshd ntp guest cron " +
    "nginx apache httpd mysql mariadb redis valkey mongodb rabbitmq elasticsearch kibana logstash opensearch jenkins grafana prometheus solr " +
    "tomcat jetty zookeeper kafka cassandra neo4j sonarqube nexus haproxy memcache memcached varnish squid bind named dnsmasq postfix consul vault " +
    "keycloak jboss wildfly influxdb telegraf couchdb couchbase caddy traefik git gitea mosquitto messagebus systemd-network"
  ).split(" "),
);

/** By name or by number: nobody's group stands with it. */
export const isRoot = (user: string): boolean => user === "root" || user === "0";

export const isSameUser = (one: string, other: string): boolean => one === other || (isRoot(one) && isRoot(other));

/** Where somebody is at home: as the build says, as the base's accounts are known, or else where useradd and adduser put a home. */
export function homeOfUser(user: string, accounts?: Accounts): string {
  if (isRoot(user)) return "/root";
  const unknown = `${nowhere}/${user}`;
  if (accounts?.homes.has(user)) return accounts.homes.get(user) ?? unknown;
  const os = accounts?.base?.os?.id;
  const ofBase = os === "debian" || os === "ubuntu" ? ofDebian : os === "alpine" ? ofAlpine : undefined;
  return ofBase?.get(user) ?? ofPackages.get(user) ?? (services.has(user) ? unknown : `/home/${user}`);
}
