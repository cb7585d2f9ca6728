// What an official image has installed: its published Dockerfile stands on another image and installs a list, which the resolver turns
// into packages. The lists were read in November 2026 from the repositories that docker-library/official-images names:
// docker-library/buildpack-deps (debian/*, ubuntu/*: curl, scm and the rest), python (3.*/slim-bookworm, 3.*/bookworm), golang, php,
// postgres, redis, ruby, rust-lang/docker-rust, nodejs/docker-node, nginx/docker-nginx. Slim images of languages keep, of what they were built
// with, the libraries that their programs are linked to (`ldd … apt-mark manual`); which those are stands in docker-library/repo-info.
// So too docker-library/httpd, memcached, haproxy and tomcat, adoptium/containers, carlossg/docker-maven; for openjdk docker-library/repo-info
// alone. nginx and postgres install from an archive of their own, of which the index knows nothing: what their packages need is named.
import { type BaseImage, partsOfName } from "../../image/base.ts";
import { Names } from "./names.ts";
import type { PackageIndex, Release } from "./package.ts";
import { resolve } from "./resolve.ts";

/** A base image's release and what it has installed. */
export interface Inventory {
  readonly release: Release;
  readonly packages: ReadonlySet<string>;
  /** False where another release stands in for it, or where the image may hold more than is known. */
  readonly exact: boolean;
  /** Of another release: its packages weigh about as much, but have other names. */
  readonly standsIn: boolean;
  /** It is that of another distribution, whose packages recommend others. */
  readonly isOtherSystem: boolean;
  /** Of an image that nobody knows the packages of: some that are recommended may be there already. */
  readonly isPartOf: boolean;
}

const curl = "ca-certificates curl gnupg netbase sq wget tzdata";
const scm = `${curl} git mercurial openssh-client subversion procps`;
const buildpack =
  `${scm} autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc imagemagick libbz2-dev libc6-dev libcurl4-openssl-dev libdb-dev ` +
  "libevent-dev libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev liblzma-dev libmagickcore-dev libmagickwand-dev " +
  "libmaxminddb-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev libtool libwebp-dev " +
  "libxml2-dev libxslt-dev libyaml-dev make patch unzip xz-utils zlib1g-dev";

interface Chain {
  readonly full: string;
  /** On debian:*-slim. */
  readonly slim?: string;
  /** A word of the tag adds these. */
  readonly words?: Readonly<Record<string, string>>;
  /** It may hold a little more, or a little less. */
  readonly about?: true;
}

const temurin = "curl wget gnupg fontconfig ca-certificates p11-kit tzdata locales";

// Names that a release does not have are passed over: libraries are called otherwise in another.
const chains: Readonly<Record<string, Chain>> = {
  debian: { full: "", slim: "" },
  ubuntu: { full: "" },
  "buildpack-deps": { full: buildpack, words: { curl, scm } },
  python: {
    full: `${buildpack} libbluetooth-dev tk-dev uuid-dev`,
    slim: "ca-certificates netbase tzdata media-types libexpat1 libffi8 libgdbm6 libgdbm6t64 libncursesw6 libreadline8 libreadline8t64 libsqlite3-0 libssl3 libssl3t64 libssl1.1 libtirpc3 libuuid1",
  },
  node: { full: buildpack, slim: "" },
  ruby: {
    full: buildpack,
    slim: "bzip2 ca-certificates libffi-dev libgmp-dev libssl-dev libyaml-dev procps zlib1g-dev libgdbm6 libncurses6 libreadline8",
  },
  rust: { full: buildpack, slim: "ca-certificates gcc libc6-dev" },
  golang: { full: `${scm} g++ gcc libc6-dev make pkg-config` },
  php: {
    full: "autoconf dpkg-dev file g++ gcc libc-dev make pkg-config re2c ca-certificates curl xz-utils libargon2-1 libonig5 libsodium23 libsqlite3-0 libxml2 libreadline8 libreadline8t64",
    words: { apache: "apache2" },
  },
  redis: { full: "libssl3 libssl3t64" },
  nginx: {
    full: "ca-certificates gettext-base curl adduser libpcre2-8-0 libssl3 libssl3t64 libxml2 libxslt1.1 libgeoip1 libgeoip1t64 libgd3 libedit2",
    words: { perl: "perl libperl5.36 libperl5.40" },
    about: true,
  },
  postgres: {
    full:
      "gnupg less locales libnss-wrapper xz-utils zstd netbase perl postgresql-common postgresql-client-common ssl-cert libpq5 libicu72 libicu76 " +
      "libllvm14 libllvm19 libxml2 libxslt1.1 libldap-2.5-0 libldap2",
    about: true,
  },
  httpd: {
    full:
      "ca-certificates libaprutil1-ldap libldap-common libapr1 libapr1t64 libaprutil1 libaprutil1t64 libbrotli1 libcurl4 libcurl4t64 libjansson4 " +
      "liblua5.2-0 libnghttp2-14 libpcre2-8-0 libssl3 libssl3t64 libxml2",
    about: true,
  },
  memcached: { full: "libsasl2-modules libsasl2-2 libevent-2.1-7 libevent-2.1-7t64 libssl3 libssl3t64", about: true },
  haproxy: { full: "ca-certificates socat liblua5.3-0 liblua5.4-0 libpcre2-8-0 libssl3 libssl3t64", about: true },
  "eclipse-temurin": { full: temurin, words: { jdk: "binutils" } },
  tomcat: { full: `${temurin} binutils libapr1 libapr1t64 libssl3 libssl3t64`, about: true },
  maven: { full: `${temurin} binutils git openssh-client`, about: true },
  openjdk: {
    full: "bzip2 ca-certificates curl fontconfig git gnupg libfreetype6 mercurial netbase openssh-client p11-kit procps subversion unzip wget xz-utils",
    slim: "ca-certificates p11-kit",
    about: true,
  },
};

/**
 * Releases that are not in the index, and the one that is nearest in time: of stretch that is one of Ubuntu, which took its packages
 * from Debian's testing half a year later. Of those further away the packages are too different.
 */
const nearest: Readonly<Record<string, string>> = {
  "debian stretch": "ubuntu 18.04",
  "debian buster": "debian bullseye",
  "debian forky": "debian trixie",
  "debian sid": "debian trixie",
  "ubuntu 16.04": "ubuntu 18.04",
  "ubuntu xenial": "ubuntu 18.04",
  "ubuntu 16.10": "ubuntu 18.04",
  "ubuntu yakkety": "ubuntu 18.04",
  "ubuntu 17.04": "ubuntu 18.04",
  "ubuntu zesty": "ubuntu 18.04",
  "ubuntu 17.10": "ubuntu 18.04",
  "ubuntu artful": "ubuntu 18.04",
  "ubuntu 18.10": "ubuntu 18.04",
  "ubuntu cosmic": "ubuntu 18.04",
  "ubuntu 19.04": "ubuntu 18.04",
  "ubuntu disco": "ubuntu 18.04",
  "ubuntu 19.10": "ubuntu 20.04",
  "ubuntu eoan": "ubuntu 20.04",
  "ubuntu 20.10": "ubuntu 20.04",
  "ubuntu groovy": "ubuntu 20.04",
  "ubuntu 21.04": "ubuntu 22.04",
  "ubuntu hirsute": "ubuntu 22.04",
  "ubuntu 21.10": "ubuntu 22.04",
  "ubuntu impish": "ubuntu 22.04",
  "ubuntu 22.10": "ubuntu 22.04",
  "ubuntu kinetic": "ubuntu 22.04",
  "ubuntu 23.04": "ubuntu 24.04",
  "ubuntu lunar": "ubuntu 24.04",
  "ubuntu 23.10": "ubuntu 24.04",
  "ubuntu mantic": "ubuntu 24.04",
  "ubuntu 25.04": "ubuntu 24.04",
  "ubuntu 25.10": "ubuntu 26.04",
};

const known = new WeakMap<PackageIndex, WeakMap<BaseImage, Inventory | undefined>>();

/** What a base image has installed; undefined where its packages are not Debian's. An unknown image is taken for Debian's own. */
export function installedOn(index: PackageIndex, base: BaseImage): Inventory | undefined {
  let all = known.get(index);
  if (!all) {
    all = new WeakMap();
    known.set(index, all);
  }
  if (!all.has(base)) all.set(base, compute(index, base));
  return all.get(base);
}

function compute(index: PackageIndex, base: BaseImage): Inventory | undefined {
  const os = base.os ?? osInName(base.name);
  if (os.id !== "debian" && os.id !== "ubuntu") return undefined;
  const own = index.release(os.id, os.release);
  // A tag of an official image whose suite is not known stands on one that was stable then.
  const usual = base.os && os.release === undefined ? (os.id === "ubuntu" ? "24.04" : "bookworm") : undefined;
  const [otherOs = os.id, other = usual] = nearest[`${os.id} ${os.release}`]?.split(" ") ?? [];
  const release = own ?? index.release(otherOs, other);
  if (!release) return undefined;
  const { image, tag } = partsOfName(base.resolved ?? base.name);
  // An official image, of a tag that the tables may lack: python:3.10-buster holds what python's images hold.
  const isOfficial = base.resolved !== undefined || base.standardLayout || /^(?:debian|ubuntu):/.test(base.name);
  const chain = isOfficial && Object.hasOwn(chains, image) ? chains[image] : undefined;
  const words = tag.split("-");
  const list = chain && listOf(chain, words, base.slim === true);
  const wanted = (list ?? "").split(" ").filter((name) => name !== "" && release.package(name) !== undefined);
  const { added } = resolve(release, { installed: new Names(release.base), wanted, recommends: false });
  return {
    release,
    packages: added.length === 0 ? release.base : new Set([...release.base, ...added.map((a) => a.package.name)]),
    exact: own !== undefined && list !== undefined && !chain?.about && !base.ofLastBuild,
    standsIn: own === undefined,
    isOtherSystem: own === undefined && otherOs !== os.id,
    isPartOf: list === undefined,
  };
}

function listOf(chain: Chain, words: readonly string[], slim: boolean): string | undefined {
  const [word] = words.filter((w) => chain.words && Object.hasOwn(chain.words, w));
  const more = word === undefined ? "" : (chain.words?.[word] ?? "");
  if (slim && chain.slim !== undefined) return `${chain.slim} ${more}`;
  // buildpack-deps:curl is a part of the whole; php:apache adds to it.
  return more !== "" && chain.full.includes(more) ? more : `${chain.full} ${more}`;
}

/** `nvidia/cuda:12.4-devel-ubuntu22.04`, `org/app:bookworm`. */
function osInName(name: string): { id: string; release?: string } {
  const [, release] = /ubuntu-?(\d\d\.\d\d)/.exec(name) ?? [];
  if (release) return { id: "ubuntu", release };
  const [ubuntu] = /xenial|bionic|focal|jammy|noble|resolute|(?<=^ubuntu:)[a-z]+/.exec(name) ?? [];
  if (ubuntu) return { id: "ubuntu", release: ubuntu };
  const [debian] = /trixie|bookworm|bullseye|buster|stretch|jessie/.exec(name) ?? [];
  return { id: "debian", release: debian ?? "" };
}
