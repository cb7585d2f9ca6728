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
  // "These images were removed in favor of": docker-library/official-images@12edf617
  opensuse: { since: "July 2019", now: "opensuse/leap or opensuse/tumbleweed", deleted: /^/ },
  // docker-library/official-images#14949 and #14940: their latest was deleted then
  consul: { since: "June 2023", now: "hashicorp/consul", deleted: /^(?:latest)?$/ },
  vault: { since: "June 2023", now: "hashicorp/vault", deleted: /^(?:latest)?$/ },
  // The last deprecated.md of each in docker-library/docs; where that says no month, the last change to library/ in docker-library/official-images.
  celery: { since: "June 2017", now: "python" },
  clefos: { since: "June 2024" },
  crux: { since: "November 2018" },
  django: { since: "the end of 2016", now: "python" },
  emqx: { since: "September 2025", now: "emqx/emqx" },
  euleros: { since: "April 2019" },
  "express-gateway": { since: "May 2021" },
  fsharp: { since: "October 2020", now: "mcr.microsoft.com/dotnet/sdk" },
  hipache: { since: "February 2015" },
  iojs: { since: "September 2015", now: "node" },
  jobber: { since: "August 2020" },
  "kaazing-gateway": { since: "July 2018" },
  known: { since: "August 2018" },
  "mongo-express": { since: "April 2024" },
  mono: { since: "June 2022" },
  "nats-streaming": { since: "November 2023" },
  notary: { since: "June 2025" },
  nuxeo: { since: "June 2019" },
  owncloud: { since: "the end of 2018", now: "owncloud/server" },
  "php-zendserver": { since: "June 2021" },
  piwik: { since: "September 2018", now: "matomo" },
  rails: { since: "the end of 2016", now: "ruby" },
  rapidoid: { since: "August 2018" },
  sentry: { since: "July 2019" },
  sl: { since: "June 2024" },
  sourcemage: { since: "December 2016" },
  swarm: { since: "February 2021" },
  thrift: { since: "February 2019" },
  "ubuntu-debootstrap": { since: "August 2015", now: "ubuntu" },
  "ubuntu-upstart": { since: "September 2014" },
  unit: { since: "October 2025" },
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
