import type { Effect } from "../image/effects.ts";
import { atLeast, measured, typical, unknown } from "../image/size.ts";
import { parseReference } from "../sizes/reference.ts";
import { type Call, type Handler, nodeAt, type Options, options, pathOf } from "./call.ts";

/**
 * The account files of a Debian base with one account more, and the copy of the old text that most tools keep as `NAME-`.
 * Which command writes which of them, and their bytes: real builds on bookworm (docs/accuracy.md); bullseye, trixie and Ubuntu differ by less than 200.
 */
const accountFiles: Record<string, { bytes: number; old: number }> = {
  passwd: { bytes: 874, old: 839 },
  shadow: { bytes: 499, old: 474 },
  group: { bytes: 446, old: 434 },
  gshadow: { bytes: 372, old: 364 },
  subuid: { bytes: 17, old: 0 },
  subgid: { bytes: 17, old: 0 },
};

/** What a new home is filled with on Debian and Ubuntu: /etc/skel. */
const skeleton = [
  [".bash_logout", 220],
  [".bashrc", 3526],
  [".profile", 807],
] as const;

/** A name with a dash at its end also keeps the old text. */
function accounts(names: string): Effect[] {
  const write = (path: string, bytes: number): Effect => ({ do: "write", path, size: typical(bytes), kind: "metadata" });
  return names.split(" ").flatMap((word): Effect[] => {
    const name = word.replace(/-$/, "");
    const file = accountFiles[name];
    if (!file) return [];
    return word === name ? [write(`/etc/${name}`, file.bytes)] : [write(`/etc/${name}`, file.bytes), write(`/etc/${name}-`, file.old)];
  });
}

const valued =
  "u g G d s c k K e p b f --uid --gid --groups --home --home-dir --shell --comment --skel --key --expiredate --password --base-dir --inactive --ingroup --gecos --conf --firstuid --lastuid";

const isSystem = (o: Options): boolean => o.has("-r", "-S", "--system");
const isDebian = ({ state }: Call): boolean => state.base?.os?.id === "debian" || state.base?.os?.id === "ubuntu";

/** useradd, and Debian's adduser, which asks it to do the work. */
const user: Handler = (call) => {
  const asks = call.name === "adduser";
  // The home is -d to useradd, and -h to BusyBox's adduser.
  const o = options(call.args, asks ? `${valued} h` : valued);
  const [name, group] = o.operands;
  if (!name) return [];
  // `adduser USER GROUP` puts one into the other.
  if (asks && group) return accounts("group- gshadow-");
  const ownGroup = !o.has("-g", "--gid", "--ingroup", "-N", "--no-user-group", "-G") && !(asks && isSystem(o) && !o.has("--group"));
  const effects = accounts(`passwd- shadow- ${ownGroup ? "group- gshadow-" : "group gshadow"} ${isSystem(o) ? "" : "subuid- subgid-"}`);
  const home = asks ? !isSystem(o) && !o.has("--no-create-home", "-H") : o.has("-m", "--create-home");
  return [
    ...effects,
    atHome(name.text, homeGiven(call, o, name.text)),
    ...(home ? newHome(call, name.text, o.value("-d", "-h", "--home-dir", "--home") ?? `/home/${name.text}`) : []),
    ...lastLogins(call, o),
  ];
};

const atHome = (user: string, path: string | undefined): Effect => ({ do: "home", user, ...(path !== undefined && { path }) });

/** Where passwd says the account is at home, made or not. Debian gives none of /home to a system's (adduser(8)), as of bookworm. */
function homeGiven(call: Call, o: Options, name: string): string | undefined {
  const told = o.value("-d", "-h", "--home-dir", "--home");
  if (told !== undefined) return /[$`]/.test(told) ? undefined : pathOf(call, told);
  const above = o.value("-b", "--base-dir");
  if (above !== undefined) return /[$`]/.test(above) ? undefined : pathOf(call, `${above}/${name}`);
  return call.name === "adduser" && isSystem(o) && isDebian(call) ? undefined : `/home/${name}`;
}

function newHome(call: Call, owner: string, home: string): Effect[] {
  if (nodeAt(call, home)) return [];
  const files = isDebian(call) ? skeleton : [];
  return [
    { do: "mkdir", path: home, owner },
    ...files.map(([name, bytes]): Effect => ({ do: "write", path: `${home}/${name}`, size: typical(bytes), kind: "metadata", owner })),
  ];
}

/**
 * lastlog has 292 bytes for each uid up to the highest, faillog 32 (shadow's own formats): sparse, but they count in full. shadow before 4.13
 * (measured on bullseye: 324 kB for uid 1000, 324 MB for uid 1,000,000) lets both grow with each new account; from then on it leaves alone
 * what they do not hold (shadow-maint/shadow, ebf9b232). Which release has which: Debian's and Ubuntu's archives; docker-library/repo-info.
 */
const growing = new Set("stretch buster bullseye 16.04 18.04 20.04 22.04".split(" "));
const leftAlone = new Set("bookworm trixie forky sid 24.04 24.10 25.04 25.10 26.04".split(" "));

/** The highest uid that official images give to a user of their own, and images that have none (their Dockerfiles). Of others nobody knows. */
const withoutUser = "debian ubuntu buildpack-deps python ruby php golang rust perl openjdk eclipse-temurin maven httpd".split(" ");
const uidOf: ReadonlyMap<string, number> = new Map([
  ...withoutUser.map((name) => [name, 0] as const),
  ...["node", "ghost", "gradle"].map((name) => [name, 1000] as const),
  ...["postgres", "redis", "mysql", "mariadb", "mongo"].map((name) => [name, 999] as const),
]);

const longLog: Effect = {
  do: "fill",
  path: "/var/log",
  entry: { id: "lastlog", kind: "unknown", what: "/var/log/lastlog", size: unknown },
};

/** What a new account adds to the logs of last and failed logins. */
function lastLogins(call: Call, o: Options): Effect[] {
  const given = o.value("-u", "--uid");
  const uid = Number(given ?? (!isSystem(o) ? 1000 : call.name === "adduser" ? 100 : 999));
  const release = call.state.base?.os?.release ?? "";
  if (o.has("-l", "--no-log-init") || leftAlone.has(release) || Number.isNaN(uid)) return [];
  if (!growing.has(release)) return uid < 100_000 ? [] : [longLog];
  return [grown(call, "/var/log/lastlog", 292, uid), grown(call, "/var/log/faillog", 32, uid)];
}

function grown(call: Call, path: string, each: number, uid: number): Effect {
  const there = nodeAt(call, path);
  const image = parseReference(call.state.base?.name ?? "")?.path.replace(/^library\//, "") ?? "";
  const others = uidOf.get(image);
  const bytes = Math.max(each * (Math.max(uid, others ?? 0) + 1), there?.type === "file" ? there.entry.size.bytes : 0);
  const size = measured(bytes);
  return { do: "write", path, size: others === undefined ? atLeast(size) : size, kind: "metadata" };
}

const usermod: Handler = (call) => {
  const o = options(call.args, `${valued} l --login`);
  const [name] = o.operands;
  const moved = o.has("-d", "--home") && name ? [atHome(o.value("-l", "--login") ?? name.text, homeGiven(call, o, name.text))] : [];
  return [...moved, ...accounts(o.has("-G", "--groups") ? "group- gshadow- passwd shadow" : "passwd- shadow")];
};

const fixed =
  (names: string): Handler =>
  () =>
    accounts(names);

export const users: Record<string, Handler> = {
  useradd: user,
  adduser: user,
  groupadd: fixed("group- gshadow-"),
  addgroup: fixed("group- gshadow-"),
  groupmod: fixed("group- passwd"),
  groupdel: fixed("group- gshadow-"),
  delgroup: fixed("group- gshadow-"),
  usermod,
  userdel: fixed("passwd- shadow- group gshadow subuid- subgid-"),
  deluser: fixed("passwd- shadow- group gshadow subuid- subgid-"),
  passwd: fixed("shadow-"),
  chpasswd: fixed("shadow"),
  chage: fixed("shadow-"),
};
