// Official images that are no longer made, and what has taken their place, by their own pages.
import type { BaseImage } from "../image/base.ts";
import { parseReference } from "./reference.ts";
import { parseTag } from "./tag.ts";

interface Retired {
  /** In words: a day, or a month. */
  readonly since: string;
  /** Absent where nothing has. */
  readonly now?: string;
  /** Tags that have been deleted: who has none of them on his machine cannot build. */
  readonly deleted?: RegExp;
}

const retired: Readonly<Record<string, Retired>> = {
  // docker-library/docs#660; deleted in October 2022 (hobbit-project/platform#543)
  java: { since: "the end of 2016", now: "eclipse-temurin", deleted: /^/ },
  // 2.60.3 was the last one (play-with-docker/stacks#25), and latest is gone (jenkinsci/docker#1064)
  jenkins: { since: "August 2017", now: "jenkins/jenkins", deleted: /^(?:latest)?$/ },
  // docker-library/docs#2602
  clearlinux: { since: "July 2025" },
  // docker-library/docs#2008
  adoptopenjdk: { since: "August 2021", now: "eclipse-temurin" },
  // docker-library/docs#2162, docker-library/openjdk#505; in November 2025 all tags but those of whole versions and of early access were deleted (#550)
  openjdk: { since: "July 2022", now: "eclipse-temurin", deleted: /^\d+(?:\.\d+)?(?:-|$)(?!(?:.*-)?(?:ea|rc)(?:-|$))/ },
};

/** Early access releases are all that is made of openjdk since: the last whole version that was more is of 18. */
const lastOpenjdk = 18;

export interface Successor extends Pick<Retired, "since" | "now"> {
  readonly image: string;
  /** Of this tag there is nothing left to build on, nor of its variants. */
  readonly isGone: boolean;
  /** The same release and variant of it, as far as the tag is one of those that it has as well; behind the first one other distributions. */
  readonly like: readonly string[];
}

export function retiredOf(base: Pick<BaseImage, "name">): Successor | undefined {
  const reference = parseReference(base.name);
  const image = reference?.path.replace(/^library\//, "") ?? "";
  const found = reference?.domain === "docker.io" && Object.hasOwn(retired, image) ? retired[image] : undefined;
  if (!found) return undefined;
  const tag = reference?.tag ?? "";
  const [major] = parseTag(tag).version ?? [];
  const isGone = found.deleted?.test(tag) ?? false;
  if (image === "openjdk" && !isGone && (major === undefined || major > lastOpenjdk || tag.includes("-ea"))) return undefined;
  const [, release, kind = "-jdk", variant = ""] = /^(?:openjdk-)?(\d+)(-jdk|-jre)?(-alpine|-slim)?$/.exec(tag) ?? [];
  const { since, now } = found;
  // Java from 12 on stood on Oracle Linux (see suites.ts), which is of Red Hat's sort as UBI is.
  const variants = variant === "-alpine" ? [variant] : ["", "-ubi9-minimal"];
  return {
    since,
    ...(now !== undefined && { now }),
    image,
    isGone,
    like: release && now === "eclipse-temurin" ? variants.map((name) => `${now}:${release}${kind}${name}`) : [],
  };
}
