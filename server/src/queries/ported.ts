import { type Subject, stepsOn } from "../build/subject.ts";
import { type Named, namedPackages } from "../commands/installs.ts";
import { isDnf } from "../commands/kinds.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { spoken } from "./spoken.ts";
import { needsModules } from "./tied.ts";

// What has to be done before another line of an image can be used: a new tag alone would end the build, or the program.

/** What they have stored is read by the next line only, by no other one, or not before it was converted: their own pages on upgrades. */
const keepsData =
  /^(?:postgres|mysql|mariadb|mongo|elasticsearch|kibana|logstash|cassandra|couchdb|influxdb|neo4j|nextcloud|drupal|joomla|mediawiki|sonarqube|rabbitmq|zookeeper|kong|hashicorp\/(?:vault|consul)|apache\/kafka|grafana\/grafana|jenkins\/jenkins)$/;

/** The same servers as packages of a distribution: each of its releases has another version. */
const serverPackage =
  /^(?:postgresql\d*(?:-server|-contrib)?(?:-\d[\d.]*(?:-postgis\S*)?)?|(?:mysql|mariadb|percona)(?:-(?:community-)?server(?:-[\d.]+)?)?|mongodb(?:-org)?(?:-server)?|couchdb|slapd|openldap-servers)$/;

/** Where the short name is that of the client (Fedora and its like). */
const isDataServer = ({ name, manager }: Named): boolean =>
  serverPackage.test(name) && !(isDnf(manager) && /^(?:postgresql[\d.]*|mysql|mariadb)$/.test(name));

/** A database that the stage installs, and a volume: what it stores there is older than the next image. */
function storesInVolume(subject: Subject, stage: Stage): boolean {
  const steps = stepsOn(subject, stage);
  return steps.some((s) => s.instruction.keyword === "VOLUME") && namedPackages(steps.flatMap((s) => s.ran)).left.some(isDataServer);
}

/** Distributions, whose programs stay what they are; Go, by its promise (go.dev/doc/go1compat); servers whose settings are read on. */
const keepsRunning =
  /^(?:debian|ubuntu|alpine|fedora|centos|almalinux|rockylinux|oraclelinux|amazonlinux|opensuse\/leap|golang|nginx|httpd|haproxy|memcached|redis|valkey|telegraf|eclipse-temurin|amazoncorretto)$/;

/** What still stands on a line that has been dead for so many years was written for it, and so were the packages that it pins. */
const oldYears = 3;

/** What has to be done first, in a sentence; then no fix is offered. */
export function toDoFirst(subject: Subject, stage: Stage, ended: StandsOn, today: string): string | undefined {
  const kept = keptBy(subject, stage);
  if (kept !== undefined)
    return `Line ${kept} takes its packages from the archive of ended releases: what keeps it there has to move first.`;
  if (keepsData.test(ended.image) || storesInVolume(subject, stage))
    return "What it has stored has to be taken along: see first how it upgrades.";
  if (ended.image.endsWith("/dotnet")) return "Its projects name the framework that they run on: that moves first.";
  if (needsModules(subject, stage, ended)) return "What it builds in GOPATH needs a go.mod first.";
  // Programs for Python 2 run on no later one.
  if (ended.image === "python" && ended.line.name.startsWith("2.")) return "What runs on it has to be ported first.";
  const isOld = !keepsRunning.test(ended.image) && years(ended.line.ends, today) >= oldYears;
  return isOld ? "What runs on it may have to be ported first." : undefined;
}

/** Another major version, of what is no distribution, has other rules; Node's lines are all major versions. */
export const isPort = ({ image, line }: StandsOn, next: ReleaseLine): boolean =>
  !keepsRunning.test(image) && image !== "node" && line.name.split(".")[0] !== next.name.split(".")[0];

/** Years from one day to another: a release that comes a day before its sixth year is up is six years younger. */
export const years = (from: string | undefined, to: string): number =>
  from === undefined ? 0 : Math.floor((Date.parse(to) - Date.parse(from)) / aYear + 0.01);
const aYear = 365.25 * 86_400_000;

/** The line that names the archive of a distribution's ended releases: whoever wrote it knows that the release has ended, and stays. */
function keptBy(subject: Subject, stage: Stage): number | undefined {
  const archive = /\b(?:archive\.debian\.org|old-releases\.ubuntu\.com|vault\.centos\.org|archives\.fedoraproject\.org)\b/;
  const [first] = stepsOn(subject, stage).flatMap((s) => spoken(subject, s).filter(({ text }) => archive.test(text)));
  return first?.line;
}
