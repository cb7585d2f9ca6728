// Official images that are no longer made, and what has taken their place, by their own pages.
import type { BaseImage } from "../image/base.ts";
import { parseReference } from "./reference.ts";
import { parseTag } from "./tag.ts";

interface Retired {
  /** In words: a day, or a month. */
  readonly since: string;
  readonly now: string;
}

const retired: Readonly<Record<string, Retired>> = {
  // docker-library/docs#660
  java: { since: "the end of 2016", now: "eclipse-temurin" },
  // docker-library/docs#2008
  adoptopenjdk: { since: "August 2021", now: "eclipse-temurin" },
  // docker-library/docs#2162, docker-library/openjdk#505
  openjdk: { since: "July 2022", now: "eclipse-temurin" },
};

/** Early access releases are all that is made of openjdk since: the last that was more is 18. */
const lastOpenjdk = 18;

export interface Successor extends Retired {
  readonly image: string;
  /** The same release and variant of it, as far as the tag is one of those that it has as well. */
  readonly like?: string;
}

export function retiredOf(base: Pick<BaseImage, "name">): Successor | undefined {
  const reference = parseReference(base.name);
  const image = reference?.path.replace(/^library\//, "") ?? "";
  const found = reference?.domain === "docker.io" && Object.hasOwn(retired, image) ? retired[image] : undefined;
  const [major] = parseTag(reference?.tag ?? "").version ?? [];
  if (!found || (image === "openjdk" && (major === undefined || major > lastOpenjdk || reference?.tag?.includes("-ea")))) return undefined;
  const [, release, kind = "-jdk", variant = ""] = /^(\d+)(-jdk|-jre)?(-alpine|-slim)?$/.exec(reference?.tag ?? "") ?? [];
  return { ...found, image, ...(release && { like: `${found.now}:${release}${kind}${variant === "-alpine" ? variant : ""}` }) };
}
