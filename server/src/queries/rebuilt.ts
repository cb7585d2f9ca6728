import type { World } from "../build/world.ts";
import type { BaseImage } from "../image/base.ts";
import { isAlive, isGivenUp } from "../sizes/end-of-life.ts";
import { parseReference } from "../sizes/reference.ts";
import { retiredOf } from "../sizes/retired.ts";
import { compareVersions, parseTag } from "../sizes/tag.ts";

/**
 * How the fixes of its packages reach who builds on it: the tag is built anew (docker-library/faq: official images are, whenever what they stand on
 * is), or a newer tag of its line is known, or a newer digest. Undefined where nobody knows that they do: a tag of the past, an image of others.
 */
export function fixesComeBy({ today, releases, bases }: World, base: BaseImage | undefined): "build" | "tag" | "digest" | undefined {
  const reference = base && parseReference(base.name);
  if (!reference || today === undefined || !releases || isGivenUp(base.name) || retiredOf(base)) return undefined;
  const { tag = "latest", digest, written } = reference;
  if (makersOwn.test(`${written}:${tag}`)) return digest === undefined ? "build" : "digest";
  const lines = releases.of(base);
  if (!base.standardLayout || neverRebuilt.has(reference.path) || lines.some(({ line }) => !isAlive(line, today))) return undefined;
  const { version, date } = parseTag(tag);
  if (lines.length === 0) return moves.test(tag) && digest === undefined ? "build" : undefined;
  if (digest !== undefined) return "digest";
  // The distributions' images are built each month or oftener.
  if (date !== undefined) return date < (bases?.asOf ?? "").replaceAll("-", "") ? "tag" : undefined;
  if (version === undefined) return "build";
  const newest = parseTag(base.resolved?.split(":").at(-1) ?? "").version;
  const own = lines.find(({ image }) => image === reference.path || reference.path === `library/${image}` || image.includes("/"));
  const parts = own ? own.line.name.split(".").length + (own.image.endsWith("/dotnet") ? 1 : 0) : (newest?.length ?? 0) - 1;
  if (version.length <= parts) return "build";
  return newest && compareVersions(newest, version) > 0 ? "tag" : undefined;
}

/** Tags that no newer one follows: each build of theirs is what there is then. */
const moves =
  /^(?:latest|edge|stable|oldstable|testing|unstable|sid|rolling|rawhide|devel|lts|tumbleweed|main|master|nightly|current)(?:-|$)/;

/** Official images that have not been built since 2023, though the distribution lives (hub.docker.com/_/rockylinux). */
const neverRebuilt = new Set(["library/rockylinux"]);

/**
 * Tags that distributions build anew in places of their own: Red Hat's UBI (developers.redhat.com/articles/ubi-faq: every six weeks or oftener; one
 * with a minor version is of its day), Fedora, CentOS Stream, Rocky Linux, Arch, openSUSE Tumbleweed, Kali (each week).
 */
const makersOwn = new RegExp(
  `^(?:${[
    "registry\\.access\\.redhat\\.com/(?:ubi(?:8|9|10)/)?ubi(?:8|9|10)?(?:-(?:minimal|init|micro))?:latest",
    "(?:registry\\.fedoraproject\\.org|quay\\.io/fedora)/fedora(?:-minimal)?:(?:latest|rawhide)",
    "quay\\.io/centos/centos:stream(?:9|10)",
    "(?:quay\\.io/)?rockylinux/rockylinux:(?:8|9|10)(?:-minimal)?",
    "archlinux/archlinux:(?:latest|base|base-devel)",
    "(?:registry\\.opensuse\\.org/)?opensuse/tumbleweed:latest",
    "kalilinux/kali-(?:rolling|last-release):latest",
  ].join("|")})$`,
);
