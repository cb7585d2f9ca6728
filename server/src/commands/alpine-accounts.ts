import type { Ran } from "../image/model.ts";

/** What the options of one account command said, in BusyBox's own words. */
interface Account {
  readonly options: string[];
  system: boolean;
  home: boolean;
  /** A group is named: it is not made along with the user. */
  group: boolean;
  ownGroup: boolean;
}

/** Takes one option in; false where BusyBox has nothing that does the same. */
type Take = (account: Account, value: string) => boolean;

const ignored: Take = () => true;
const system: Take = (a) => (a.system = true);
const home: Take = (a) => (a.home = true);
const noHome: Take = (a) => {
  a.home = false;
  return true;
};
const kept =
  (letter: string): Take =>
  (a, value) => {
    a.options.push(letter, value);
    return true;
  };
/** BusyBox wants a group's name. */
const group: Take = (a, value) => {
  a.options.push("-G", value);
  a.group = true;
  return !/^['"]?\d/.test(value);
};

/** Alpine has no bash, and nologin in /sbin. */
const shells: Readonly<Record<string, string>> = {
  "/bin/bash": "/bin/sh",
  "/bin/sh": "/bin/sh",
  "/bin/false": "/bin/false",
  "/sbin/nologin": "/sbin/nologin",
  "/usr/sbin/nologin": "/sbin/nologin",
};
const shell: Take = (a, value) => {
  const known = Object.hasOwn(shells, value) ? shells[value] : undefined;
  a.options.push("-s", known ?? "");
  return known !== undefined;
};

interface Tool {
  /** By name; those with a value end in `=`. */
  readonly options: Readonly<Record<string, Take>>;
  readonly makes: "user" | "group";
  /** Whether a home is made when nothing is said. */
  readonly home: boolean;
}

// useradd(8), groupadd(8), adduser(8) and addgroup(8) of Debian; BusyBox 1.37's adduser and addgroup.
const tools: Readonly<Record<string, Tool>> = {
  useradd: {
    makes: "user",
    home: false,
    options: {
      ...{ "-r": system, "--system": system, "-m": home, "--create-home": home, "-M": noHome, "--no-create-home": noHome },
      ...{ "-l": ignored, "--no-log-init": ignored, "-U": ignored, "--user-group": ignored, "-u=": kept("-u"), "--uid=": kept("-u") },
      ...{ "-g=": group, "--gid=": group, "-d=": kept("-h"), "--home-dir=": kept("-h"), "--home=": kept("-h") },
      ...{ "-c=": kept("-g"), "--comment=": kept("-g"), "-s=": shell, "--shell=": shell },
    },
  },
  adduser: {
    makes: "user",
    home: true,
    options: {
      ...{ "--system": system, "-S": system, "--no-create-home": noHome, "-H": noHome, "--quiet": ignored, "-D": ignored },
      ...{ "--disabled-password": ignored, "--disabled-login": ignored, "--uid=": kept("-u"), "-u=": kept("-u"), "--home=": kept("-h") },
      ...{ "-h=": kept("-h"), "--gecos=": kept("-g"), "-g=": kept("-g"), "--comment=": kept("-g"), "--shell=": shell, "-s=": shell },
      ...{ "--ingroup=": group, "-G=": group, "--group": (a) => (a.ownGroup = true) },
    },
  },
  groupadd: {
    makes: "group",
    home: false,
    options: { "-r": system, "--system": system, "-g=": kept("-g"), "--gid=": kept("-g") },
  },
  addgroup: {
    makes: "group",
    home: false,
    options: { "--system": system, "-S": system, "--gid=": kept("-g"), "-g=": kept("-g"), "--quiet": ignored },
  },
};

export const isAccountTool = (name: string): boolean => Object.hasOwn(tools, name);

/** A command that makes a user or a group on Debian, as Alpine's BusyBox takes it. Undefined where that is not certain. */
export function accountOnAlpine(ran: Pick<Ran, "name" | "words" | "maybe">): string | undefined {
  const tool = Object.hasOwn(tools, ran.name) ? tools[ran.name] : undefined;
  const account: Account = { options: [], system: false, home: tool?.home ?? false, group: false, ownGroup: false };
  const operands =
    tool &&
    read(
      ran.words.slice(1).map((w) => w.raw),
      tool,
      account,
    );
  const [name, ...more] = operands ?? [];
  if (!tool || name === undefined || more.length > 0) return undefined;
  const options = account.options.length ? `${account.options.join(" ")} ` : "";
  if (tool.makes === "group") return `addgroup ${account.system ? "-S " : ""}${options}${name}`;
  // Debian puts a system user of adduser's into nogroup, unless it shall have its own; useradd always makes one.
  const makesGroup = account.system && !account.group && (ran.name === "useradd" || account.ownGroup);
  if (account.system && !account.group && !makesGroup) return undefined;
  if (makesGroup && ran.maybe) return undefined;
  const user = `adduser ${account.system ? "-S " : ""}-D ${account.home ? "" : "-H "}${makesGroup ? `-G ${name} ` : ""}${options}${name}`;
  return makesGroup ? `addgroup -S ${name} && ${user}` : user;
}

/** In BusyBox's words: Debian's adduser(8) and addgroup have no options of one letter for these, and end at them. */
export const isInBusyBoxWords = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  /^(?:adduser|addgroup)$/.test(name) && args.some((a) => /^-[SDHGgs]/.test(a.text));

/** The operands; undefined when an option is not known. */
function read(words: readonly string[], tool: Tool, account: Account): string[] | undefined {
  const operands: string[] = [];
  const waiting = [...words];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    if (!word.startsWith("-")) {
      operands.push(word);
      continue;
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals > 0 ? word.slice(0, equals) : word.startsWith("--") ? word : word.slice(0, 2);
    const rest = equals > 0 ? word.slice(equals + 1) : word.startsWith("--") ? "" : word.slice(2);
    const valued = tool.options[`${name}=`];
    if (valued) {
      const value = rest !== "" || equals > 0 ? rest : waiting.shift();
      if (value === undefined || !valued(account, value)) return undefined;
      continue;
    }
    const plain = tool.options[name];
    if (!plain?.(account, "") || equals > 0) return undefined;
    if (rest !== "") waiting.unshift(`-${rest}`);
  }
  return operands;
}
