// The suite that a tag without one stands on: `node:20` on bookworm.
import { compareVersions, debianReleases, startsWith, type Tag } from "./tag.ts";

/**
 * From which version on an image's tags without a suite stood on which one, and the newest version told: in library/* of
 * docker-library/official-images, all commits up to 37079fb336f5 (21 August 2026), the suite that the same line of tags names (or else its
 * Directory) where the version was listed last. Versions are sorted as versions, not by day: each minor line moved when it was its time.
 * That gcc 10.1 and 10.2 stood on buster already, before tags named suites, say their Dockerfiles (docker-library/gcc, commit 97b046b).
 */
const changes: Readonly<Record<string, string>> = {
  gcc: "8.4.0 buster,9.5.0 bullseye,10.1.0 buster,10.4.0 bullseye,12.3.0 bookworm,14.3.0 trixie,15.1.0 bookworm,15.2.0 trixie,16.2.0",
  golang:
    "1.7.6 jessie,1.9.0 stretch,1.11.12 buster,1.12.0 stretch,1.12.7 buster,1.16.7 bullseye,1.19.10 bookworm,1.20.0 bullseye," +
    "1.20.5 bookworm,1.24.6 trixie,1.27.0",
  haproxy:
    "1.7.14 buster,2.2.16 bullseye,2.4.24 bookworm,2.4.29 trixie,2.5.0 bullseye,2.6.16 bookworm,2.6.22 trixie,2.7.0 bullseye," +
    "2.7.11 bookworm,2.8.0 bullseye,2.8.5 bookworm,2.8.15 trixie,2.9.0 bookworm,3.0.11 trixie,3.1.0 bookworm,3.1.8 trixie," +
    "3.2.0 bookworm,3.2.3 trixie,3.4.3",
  httpd: "2.4.48 buster,2.4.51 bullseye,2.4.57 bookworm,2.4.65 trixie,2.4.68",
  memcached: "1.6.9 buster,1.6.12 bullseye,1.6.20 bookworm,1.6.39 trixie,1.6.45",
  nginx:
    "1.10.1 jessie,1.12.0 stretch,1.16.1 buster,1.17.0 stretch,1.17.2 buster,1.22.1 bullseye,1.25.1 bookworm,1.28.1 trixie," +
    "1.29.0 bookworm,1.29.2 trixie,1.31.4",
  node:
    "6.14.2 jessie,6.14.4 stretch,8.11.2 jessie,8.13.0 stretch,9.11.1 jessie,10.13.0 stretch,14.19.3 buster,15.0.0 stretch," +
    "16.0.0 buster,17.0.0 bullseye,18.16.0 bookworm,19.0.0 bullseye,20.3.0 bookworm,26.0.0 trixie,26.7.0",
  openjdk:
    "6 wheezy,7.151 jessie,8.151 stretch,8.242 buster,8.302 bullseye,9.0.1 sid,11.0.1 stretch,11.0.6 buster,11.0.12 bullseye,11.0.16",
  "openjdk slim":
    "6 wheezy,7.151 jessie,8.151 stretch,8.212 buster,8.302 bullseye,9.0.1 sid,11.0.1 stretch,11.0.3 buster,11.0.12 bullseye," +
    "13.0.1 buster,16.0.2 bullseye,21 bookworm,25 trixie,26",
  perl:
    "5.26.3 buster,5.30.3 bullseye,5.32.0 buster,5.32.1 bullseye,5.36.1 bookworm,5.37.8 bullseye,5.38.0 bookworm,5.38.5 trixie," +
    "5.39.1 bookworm,5.40.3 trixie,5.41.1 bookworm,5.42.0 trixie,5.45.2",
  php:
    "5.6.31 jessie,5.6.36 stretch,7.0.24 jessie,7.0.30 stretch,7.1.10 jessie,7.1.17 stretch,7.1.30 buster,7.2.0 stretch," +
    "7.2.20 buster,7.3.0 stretch,7.3.7 buster,7.3.29 bullseye,7.4.0 buster,7.4.22 bullseye,8.0.0 buster,8.0.9 bullseye," +
    "8.1.20 bookworm,8.1.33 trixie,8.2.0 bullseye,8.2.7 bookworm,8.2.29 trixie,8.3.0 bookworm,8.3.24 trixie,8.4.1 bookworm," +
    "8.4.11 trixie,8.5.9",
  postgres:
    "9.6.22 stretch,12.7 buster,12.8 bullseye,12.15 bookworm,13.3 buster,13.4 bullseye,13.11 bookworm,13.21 trixie,14.0 bullseye," +
    "14.8 bookworm,14.18 trixie,15.0 bullseye,15.3 bookworm,15.13 trixie,16.0 bookworm,16.9 trixie,17.0 bookworm,17.5 trixie,18.6",
  python:
    "2.7.13 jessie,2.7.15 stretch,2.7.16 buster,3.3.6 jessie,3.4.8 stretch,3.5.3 jessie,3.5.5 stretch,3.5.7 buster,3.6.2 jessie," +
    "3.6.5 stretch,3.6.9 buster,3.6.14 bullseye,3.7.0 stretch,3.7.4 buster,3.7.11 bullseye,3.7.17 bookworm,3.8.0 buster," +
    "3.8.11 bullseye,3.8.17 bookworm,3.9.0 buster,3.9.6 bullseye,3.9.17 bookworm,3.9.23 trixie,3.10.0 bullseye,3.10.12 bookworm," +
    "3.10.18 trixie,3.11.0 bullseye,3.11.4 bookworm,3.11.13 trixie,3.12.0 bookworm,3.12.11 trixie,3.13.0 bookworm,3.13.6 trixie," +
    "3.14.7",
  redis:
    "3.2.12 stretch,4.0.14 buster,5.0.0 stretch,5.0.5 buster,5.0.14 bullseye,6.0.0 buster,6.0.16 bullseye,6.0.19 bookworm," +
    "6.2.0 buster,6.2.6 bullseye,6.2.12 bookworm,7.0.0 bullseye,7.0.11 bookworm,8.4.1 trixie,8.10.1",
  ruby:
    "2.2.7 jessie,2.3.7 stretch,2.4.1 jessie,2.4.4 stretch,2.4.6 buster,2.5.0 stretch,2.5.5 buster,2.6.0 stretch,2.6.3 buster," +
    "2.6.8 bullseye,2.7.0 buster,2.7.4 bullseye,3.0.0 buster,3.0.2 bullseye,3.1.4 bookworm,3.2.0 bullseye,3.2.2 bookworm," +
    "3.2.9 trixie,3.3.0 bookworm,3.3.9 trixie,3.4.1 bookworm,3.4.5 trixie,4.0.6",
  rust: "1.19.0 stretch,1.37.0 buster,1.55.0 bullseye,1.72.0 bookworm,1.89.0 trixie,1.98.0",
};

/** Of the image's last build of that tag. Undefined for a version before the first or after the last one told. */
export function suiteOf(image: string, { version, suite, words }: Tag): string | undefined {
  if (!version || suite !== undefined || words.some((word) => /^(?:windows|nano)server/.test(word))) return undefined;
  // Java from 12 on is on Oracle Linux, and on Debian only where it is slim.
  const key = image === "openjdk" && words.includes("slim") ? "openjdk slim" : image;
  const rows = Object.hasOwn(changes, key) ? (changes[key] ?? "").split(",") : [];
  let found: string | undefined;
  let before: readonly number[] = [];
  for (const row of rows) {
    const [from = "", to] = row.split(" ");
    const first = from.split(".").map(Number);
    // 3.8 is the newest of 3.8: what any of it begins counts.
    if (!startsWith(first, version) && compareVersions(first, version) > 0) {
      // A line never goes back to an older suite: 10.1 was on none that is newer than that of 10.3.
      const isOfNext = leadingShared(first, version) > leadingShared(before, version);
      return isOfNext && found !== undefined && to !== undefined && order.indexOf(to) < order.indexOf(found) ? to : found;
    }
    if (to === undefined) return startsWith(first, version) || compareVersions(first, version) === 0 ? found : undefined;
    found = to;
    before = first;
  }
  return undefined;
}

const order = [...Object.values(debianReleases), "sid"];

/** How many parts two versions have in common at their beginning. */
function leadingShared(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((part, i) => part !== b[i]);
  return differs < 0 ? a.length : differs;
}
