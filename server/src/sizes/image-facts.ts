// What official images set beside their size, and on what distribution they stand where their tags do not say it. Each row was
// read from the image's published Dockerfile of 2026, in the repository that docker-library/official-images names for it
// (docker-library/python, nodejs/docker-node, docker-library/golang, docker-library/ruby, rust-lang/docker-rust,
// docker-library/php, rocker-org/rocker, nginx/docker-nginx, docker-library/httpd, docker-library/postgres, redis/docker-library-redis,
// adoptium/containers, docker-library/memcached, docker-library/haproxy, docker-library/tomcat, docker-library/mysql,
// MariaDB/mariadb-docker, docker-library/mongo, docker-library/rabbitmq, caddyserver/caddy-docker, traefik/traefik-library-image,
// docker-library/wordpress, nextcloud/docker);
// the shells of distributions from docker-library/repo-info.
import type { PackageManager } from "../image/base.ts";
import { usualPath } from "../image/paths.ts";
import { isAlpine, type Os, type Tag } from "./tag.ts";

interface ImageFacts {
  readonly user?: string;
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** The Debian variant stands on debian:*-slim though its tags do not say so. */
  readonly slim?: true;
  readonly packageManager?: PackageManager;
  readonly settings?: readonly string[];
}

const path = usualPath.join(":");

const facts: Readonly<Record<string, ImageFacts>> = {
  python: { env: { PATH: `/usr/local/bin:${path}` }, cmd: ["python3"] },
  node: { env: { PATH: path }, entrypoint: ["docker-entrypoint.sh"], cmd: ["node"] },
  golang: { workdir: "/go", env: { GOPATH: "/go", PATH: `/go/bin:/usr/local/go/bin:${path}` } },
  ruby: { env: { GEM_HOME: "/usr/local/bundle", PATH: `/usr/local/bundle/bin:${path}` }, cmd: ["irb"] },
  rust: { env: { RUSTUP_HOME: "/usr/local/rustup", CARGO_HOME: "/usr/local/cargo", PATH: `/usr/local/cargo/bin:${path}` } },
  php: { slim: true, env: { PHP_INI_DIR: "/usr/local/etc/php", PATH: path }, entrypoint: ["docker-php-entrypoint"], cmd: ["php", "-a"] },
  "r-base": { settings: ["/etc/apt/apt.conf.d/90local-no-recommends"], cmd: ["R"] },
  nginx: { slim: true, env: { PATH: path }, entrypoint: ["/docker-entrypoint.sh"], cmd: ["nginx", "-g", "daemon off;"] },
  httpd: {
    slim: true,
    workdir: "/usr/local/apache2",
    env: { HTTPD_PREFIX: "/usr/local/apache2", PATH: `/usr/local/apache2/bin:${path}` },
    cmd: ["httpd-foreground"],
  },
  postgres: { slim: true, entrypoint: ["docker-entrypoint.sh"], cmd: ["postgres"] },
  redis: { slim: true, workdir: "/data", env: { PATH: path }, entrypoint: ["docker-entrypoint.sh"], cmd: ["redis-server"] },
  memcached: { slim: true, user: "memcache", env: { PATH: path }, entrypoint: ["docker-entrypoint.sh"], cmd: ["memcached"] },
  haproxy: {
    slim: true,
    user: "haproxy",
    workdir: "/var/lib/haproxy",
    env: { PATH: path },
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
  },
  mysql: { packageManager: "microdnf", env: { PATH: path }, entrypoint: ["docker-entrypoint.sh"], cmd: ["mysqld"] },
  mariadb: { entrypoint: ["docker-entrypoint.sh"], cmd: ["mariadbd"] },
  mongo: { entrypoint: ["docker-entrypoint.sh"], cmd: ["mongod"] },
  rabbitmq: { entrypoint: ["docker-entrypoint.sh"], cmd: ["rabbitmq-server"] },
  caddy: { workdir: "/srv", cmd: ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"] },
  traefik: { entrypoint: ["/entrypoint.sh"], cmd: ["traefik"] },
  wordpress: { slim: true, workdir: "/var/www/html", entrypoint: ["docker-entrypoint.sh"], cmd: ["apache2-foreground"] },
  nextcloud: { slim: true, workdir: "/var/www/html", entrypoint: ["/entrypoint.sh"], cmd: ["apache2-foreground"] },
  "eclipse-temurin": {
    env: { JAVA_HOME: "/opt/java/openjdk", PATH: `/opt/java/openjdk/bin:${path}` },
    entrypoint: ["/__cacert_entrypoint.sh"],
    cmd: ["jshell"],
  },
  tomcat: { workdir: "/usr/local/tomcat", env: { CATALINA_HOME: "/usr/local/tomcat" }, entrypoint: [], cmd: ["catalina.sh", "run"] },
  debian: { env: { PATH: path }, cmd: ["bash"] },
  "buildpack-deps": { env: { PATH: path } },
  ubuntu: { env: { PATH: path }, cmd: ["/bin/bash"] },
  alpine: { env: { PATH: path }, cmd: ["/bin/sh"] },
  fedora: { cmd: ["/bin/bash"] },
  busybox: { cmd: ["sh"] },
};

/** A word of the tag that changes something: `php:fpm`. */
const variants: Readonly<Record<string, ImageFacts>> = {
  "php fpm": { workdir: "/var/www/html", cmd: ["php-fpm"] },
  "php apache": { workdir: "/var/www/html", cmd: ["apache2-foreground"] },
  "wordpress fpm": { cmd: ["php-fpm"] },
  "wordpress cli": { user: "www-data", cmd: ["wp", "shell"] },
  "nextcloud fpm": { cmd: ["php-fpm"] },
  "caddy builder": { workdir: "/usr/bin", cmd: ["/bin/sh"] },
  "eclipse-temurin jre": { cmd: ["/bin/bash"] },
};

/** They are built on PHP's. */
const onPhp = new Set(["php", "wordpress", "nextcloud"]);

/** What PHP's images need to build extensions: Debian's have it, those on Alpine have it added and removed again. */
const phpize = {
  debian: "autoconf dpkg-dev file g++ gcc libc-dev make pkg-config re2c",
  alpine: "autoconf dpkg-dev dpkg file g++ gcc libc-dev make pkgconf re2c",
};

/** An image that sets no command has that of the distribution beneath. */
const shells: Readonly<Record<string, readonly string[]>> = { debian: ["bash"], alpine: ["/bin/sh"] };
const takesShell = new Set(["golang", "rust", "buildpack-deps"]);

export function imageFacts(image: string, tag: Tag, os: Os | undefined): ImageFacts {
  const own = Object.hasOwn(facts, image) ? facts[image] : undefined;
  if (!own) return {};
  const shell = takesShell.has(image) && os ? shells[os.id] : undefined;
  const variant = tag.words.map((word) => variants[`${image} ${word}`]).find((found) => found !== undefined);
  const all = { ...own, ...(shell ? { cmd: shell } : {}), ...variant };
  const ofPhp = isAlpine(tag) || os?.id === "alpine" ? phpize.alpine : phpize.debian;
  if (onPhp.has(image)) return { ...all, env: { ...all.env, PHPIZE_DEPS: ofPhp } };
  if (image !== "eclipse-temurin" || !isAlpine(tag) || !tag.words.includes("jre")) return all;
  return { ...all, cmd: shells.alpine ?? [] };
}

/**
 * What Red Hat's builder images of a language set: those of sclorg's s2i-core and, the small ones, by themselves (sclorg/s2i-base-container,
 * core/Dockerfile.rhel9; sclorg/s2i-nodejs-container, 22-minimal/Dockerfile.rhel9). `ubi9/nodejs-22-minimal`, `sclorg/python-311-c9s`
 */
const builder: ImageFacts = { user: "1001", workdir: "/opt/app-root/src", env: { HOME: "/opt/app-root/src" } };
const isBuilder = /(?:^|\/)(?:(?:ubi|rhel)\d+|sclorg|centos7?|rhscl)\/(?:nodejs|python|ruby|php|perl)-\d[\w.-]*$/;

/** Of an image that is in no table, by its name without its tag. */
export const factsOfOthers = (image: string): ImageFacts => (isBuilder.test(image) ? builder : {});

/** The package manager of a distribution: what its base image holds. Minimal ones have a small one of their own. */
export function packageManagerOf(os: Os | undefined, tag: Tag): PackageManager | undefined {
  const has = (word: string) => tag.words.includes(word);
  if (!os || has("distroless") || has("chiseled")) return undefined;
  const release = Number.parseInt(os.release ?? "", 10);
  switch (os.id) {
    case "debian":
    case "ubuntu":
      return "apt";
    case "alpine":
      return "apk";
    case "fedora":
      return "dnf";
    case "centos":
    case "oraclelinux":
      if (release <= 7) return "yum";
      return os.id === "oraclelinux" && has("slim") ? "microdnf" : "dnf";
    case "almalinux":
    case "rockylinux":
    case "rhel":
      return has("minimal") ? "microdnf" : "dnf";
    case "amazonlinux":
      return release < 2023 ? "yum" : "dnf";
    case "photon":
    case "mariner":
    case "azurelinux":
      return "tdnf";
    case "archlinux":
      return "pacman";
    default:
      return undefined;
  }
}
