import type { Ran, State } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";
import { options } from "./call.ts";

/** A chown, chgrp or chmod, understood. */
export interface OwnerCall {
  readonly verb: "chown" | "chgrp" | "chmod";
  /** The owner, group or mode as given. */
  readonly value: Argument;
  readonly paths: readonly string[];
  readonly recursive: boolean;
}

const verbs: Readonly<Record<string, OwnerCall["verb"]>> = { chown: "chown", chgrp: "chgrp", chmod: "chmod" };

/** Undefined for other commands, and where owner or mode come from elsewhere (`--reference`, `--from`). */
export function ownerCall(ran: Ran): OwnerCall | undefined {
  const verb = verbs[ran.name];
  const o = options(ran.args, "--reference --from");
  const [value, ...paths] = o.operands;
  if (!verb || !value || paths.length === 0 || o.has("--reference", "--from", "-h", "--no-dereference")) return undefined;
  return { verb, value, paths: paths.map((p) => absolute(p.text, ran.cwd)), recursive: o.has("-R", "--recursive") };
}

/**
 * `--chown` for what a chown says: a name alone leaves the group, which was root's; `app:` means a group that only the image's
 * passwd knows.
 */
export function copyOwner(value: string): string | undefined {
  const [owner, group, more] = value.split(/[:.]/);
  if (more !== undefined || owner === undefined || (group === "" && value.includes(":"))) return undefined;
  return group === undefined ? `${owner}:0` : `${owner || "0"}:${group}`;
}

/** Users that every image of these distributions has: base-passwd of Debian, alpine-baselayout. */
const standardUsers = new Set("root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody".split(" "));
/** Users that official images bring along (their Dockerfiles). */
const imageUsers: Readonly<Record<string, string>> = {
  node: "node",
  nginx: "nginx",
  postgres: "postgres",
  redis: "redis",
  mysql: "mysql",
  rabbitmq: "rabbitmq",
  haproxy: "haproxy",
};

/** Whether COPY can name this user or group here: a number, one that the base has, or one that an earlier command makes. */
export function isKnownAccount(name: string, state: State, earlier: readonly Ran[]): boolean {
  if (/^\d+$/.test(name) || name === "root") return true;
  const image = state.base?.name.replace(/[:@].*$/, "").replace(/^.*\//, "") ?? "";
  const os = state.base?.os?.id;
  if (((os === "debian" || os === "ubuntu") && standardUsers.has(name)) || imageUsers[image] === name) return true;
  return earlier.some((r) => !r.maybe && /^(?:useradd|adduser|groupadd|addgroup)$/.test(r.name) && r.args.some((a) => a.text === name));
}
