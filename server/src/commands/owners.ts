import { partsOfName } from "../image/base.ts";
import type { Change, Ran, State } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import type { Word } from "../shell/syntax.ts";
import type { Argument } from "../shell/words.ts";
import { options } from "./call.ts";
import { isPackageManager } from "./kinds.ts";

/** A chown, chgrp or chmod, understood. */
export interface OwnerCall {
  readonly verb: "chown" | "chgrp" | "chmod";
  /** The owner, group or mode as given. */
  readonly value: Argument;
  readonly word?: Word;
  readonly paths: readonly string[];
  readonly pathWords: readonly (Word | undefined)[];
  readonly recursive: boolean;
}

const verbs: Readonly<Record<string, OwnerCall["verb"]>> = { chown: "chown", chgrp: "chgrp", chmod: "chmod" };

/** Undefined for other commands, and where owner or mode come from elsewhere (`--reference`, `--from`) or are taken from a mode (`chmod -x`), and where links lead out of the folder (`-L`). */
export function ownerCall(ran: Ran): OwnerCall | undefined {
  const verb = Object.hasOwn(verbs, ran.name) ? verbs[ran.name] : undefined;
  const o = options(ran.args, "--reference --from");
  const [value, ...paths] = o.operands;
  if (!verb || !value || paths.length === 0 || o.has("--reference", "--from", "-h", "--no-dereference", "-L", "-x", "-w", "-r"))
    return undefined;
  const wordOf = (arg: Argument): Word | undefined => ran.words[ran.args.indexOf(arg) + 1];
  const word = wordOf(value);
  return {
    verb,
    value,
    ...(word && { word }),
    paths: paths.map((p) => absolute(p.text, ran.cwd)),
    pathWords: paths.map(wordOf),
    recursive: o.has("-R", "--recursive"),
  };
}

/** User and group as chown names them; "" for one that stays. A group that only the image's passwd knows (`app:`) is undefined. */
export function ownerParts(call: Pick<OwnerCall, "verb">, value: string): { user: string; group: string } | undefined {
  if (call.verb === "chgrp") return value === "" ? undefined : { user: "", group: value };
  const [user, group, more] = value.includes(":") ? value.split(":") : value.split(/\.(?=[a-z_$])/);
  if (more !== undefined || user === undefined || (group === "" && value.includes(":"))) return undefined;
  return { user, group: group ?? "" };
}

/** The users and groups that it names: they must be there. */
export const accountsNamed = ({ verb, value: { text } }: Pick<OwnerCall, "verb" | "value">): string[] =>
  verb === "chmod" ? [] : (verb === "chgrp" ? [text] : text.split(/:|\.(?=[a-z_])/)).filter((name) => name !== "");

/** `app:`: the user, and the group that its passwd names. */
export const loginOf = ({ verb }: Pick<OwnerCall, "verb">, value: string): string | undefined =>
  verb === "chown" ? /^([a-z_][\w-]*):$/i.exec(value)?.[1] : undefined;

/** What a chmod makes of a mode: figures as they are, `+x` and its like added to a mode that must be known. */
export function modeAfter(value: string, before: number | undefined): number | undefined {
  if (/^[0-7]{3,4}$/.test(value)) return Number.parseInt(value, 8);
  const [, who, bits] = /^([augo]*)\+([rwx]+)$/.exec(value) ?? [];
  if (bits === undefined || who === undefined || before === undefined) return undefined;
  const each = (bits.includes("r") ? 4 : 0) | (bits.includes("w") ? 2 : 0) | (bits.includes("x") ? 1 : 0);
  const everyone = who === "" || who.includes("a");
  const shift = (letter: string, by: number): number => (everyone || who.includes(letter) ? each << by : 0);
  const added = shift("u", 6) | shift("g", 3) | shift("o", 0);
  // Without a letter the umask takes away what others may write.
  return before | (who === "" ? added & ~0o022 : added);
}

/** Users that every image of these distributions has: base-passwd of Debian, alpine-baselayout. */
const ofDebian = new Set(
  "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody nogroup staff users".split(" "),
);
const ofAlpine = new Set(
  "root bin daemon adm lp sync shutdown halt mail news uucp operator man cron ftp sshd games ntp guest nobody www-data users".split(" "),
);
/** Users that official images bring along (their Dockerfiles). */
const ofImages: Readonly<Record<string, string>> = {
  node: "node",
  nginx: "nginx",
  postgres: "postgres",
  redis: "redis",
  mysql: "mysql",
  mariadb: "mysql",
  mongo: "mongodb",
  rabbitmq: "rabbitmq",
  haproxy: "haproxy",
  memcached: "memcache",
  php: "www-data",
  httpd: "www-data",
  gradle: "gradle",
  jenkins: "jenkins",
};

export const makesAccount = (ran: Ran): boolean => /^(?:useradd|adduser|groupadd|addgroup)$/.test(ran.name);

const accountFiles = new Set(["/etc/passwd", "/etc/group"]);
/** They write there, and the accounts that are there keep their numbers. */
const leavesNumbers = /^(?:useradd|adduser|groupadd|addgroup|passwd|chpasswd|gpasswd|chsh|chfn|chage|chown|chmod|chgrp)$/;

/**
 * Whether one of these names may stand for another number behind a command: usermod and groupmod give one, userdel makes room for a new
 * account, and what is written into the account files by hand may say anything. Numbers stay what they are.
 */
export function renumbers(ran: Ran, names: readonly string[]): boolean {
  const written = names.filter((name) => !/^\d*$/.test(name));
  if (written.length === 0 || leavesNumbers.test(ran.name) || isPackageManager(ran.name)) return false;
  const isNamed = ran.args.some((a) => !a.known || written.some((name) => a.text === name || /[$`]/.test(name)));
  if (/^(?:userdel|groupdel|deluser|delgroup)$/.test(ran.name)) return isNamed;
  if (ran.name === "usermod") return isNamed && ran.args.some((a) => /^(?:-\w*[ul]|--uid|--login)/.test(a.text));
  if (ran.name === "groupmod") return isNamed && ran.args.some((a) => /^(?:-\w*[gn]|--gid|--new-name)/.test(a.text));
  return ran.changes.some(writesAccounts);
}

export const writesAccounts = ({ path, how }: Change): boolean => accountFiles.has(path) && how !== "removed";

/** Whether a user or group can be named here: a number, one that the base has, or one that an earlier command makes. */
export function isKnownAccount(name: string, state: State, earlier: readonly Ran[]): boolean {
  if (/^\d+$/.test(name) || name === "root" || name === "") return true;
  const { image } = partsOfName(state.base?.name);
  const os = state.base?.os?.id;
  if ((os === "debian" || os === "ubuntu") && ofDebian.has(name)) return true;
  if ((os === "alpine" && ofAlpine.has(name) && name !== "www-data") || (Object.hasOwn(ofImages, image) && ofImages[image] === name))
    return true;
  return earlier.some((r) => !r.maybe && makesAccount(r) && r.args.some((a) => a.text === name));
}
