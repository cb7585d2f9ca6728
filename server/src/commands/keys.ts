import type { Effect } from "../image/effects.ts";
import { typical, unknown } from "../image/size.ts";
import { filled } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf } from "./call.ts";
import { utf8Length } from "./printing.ts";

// Tools that keep keys, certificates and settings: a few kilobytes, of which nobody knows how many.

const gpgOptions = "o u r --output --keyserver --keyring --homedir --primary-keyring --recipient --passphrase --passphrase-fd --batch-size";
/** Keys that are imported go to a keyring of their own, or to the folder of whoever runs it; what else it makes, where -o says. */
const gpg: Handler = (call) => {
  const o = options(call.args, gpgOptions);
  const output = o.value("-o", "--output");
  const ring = o.value("--keyring");
  const home = pathOf(call, o.value("--homedir") ?? call.variable("GNUPGHOME")?.text ?? `${homeOf(call)}/.gnupg`);
  const keys = o.has("--import", "--recv-keys", "--recv-key", "--recv", "--receive-keys", "--gen-key", "--full-generate-key");
  const effects: Effect[] = [];
  if (keys && ring?.includes("/")) effects.push({ do: "write", path: pathOf(call, ring), size: unknown, kind: "artifact" });
  else if (keys) effects.push(filled(home, "gpg-keys", "metadata", "gpg's keys"));
  if (output !== undefined && output !== "-") effects.push({ do: "write", path: pathOf(call, output), size: unknown, kind: "artifact" });
  return [...effects, { do: "print", size: unknown }];
};

const openssl: Handler = (call) => {
  const written = call.args.flatMap((arg, i) => (/^-(?:out|keyout|writerand|CAkeyout)$/.test(call.args[i - 1]?.text ?? "") ? [arg] : []));
  return [
    ...written.map((arg): Effect => ({ do: "write", path: pathOf(call, arg.text), size: unknown, kind: "artifact" })),
    { do: "print", size: unknown },
  ];
};

/** `git config --global user.name x`: a line below its section. */
export const gitSetting: Handler = (call) => {
  const o = options(call.args.slice(1), "f --file --type --default");
  const file = o.has("--system") ? "/etc/gitconfig" : o.has("--global") ? `${homeOf(call)}/.gitconfig` : o.value("-f", "--file");
  const [key, value] = o.operands[0]?.text === "set" ? o.operands.slice(1) : o.operands;
  if (file === undefined || key === undefined || value === undefined || o.has("--get", "--unset", "--list", "-l")) return [];
  const [section = "", ...name] = key.text.split(".");
  const text = `[${section}]\n\t${name.at(-1) ?? ""} = ${value.text}\n`;
  return [{ do: "write", path: pathOf(call, file), size: typical(utf8Length(text)), kind: "artifact", append: true }];
};

export const keyTools: Record<string, Handler> = { gpg, gpg2: gpg, openssl };

/** What gpg fetches keys with; Debian's gnupg only recommends it from 9 on. */
export const keyFetcher = "dirmngr";
export const recommendsKeyFetcher = (name: string): boolean => /^gnupg2?$/.test(name);
/** gpg itself, without which apt-key adds none either (apt-key(8)); dpkg-dev only recommends it. */
export const keyKeeper = "gnupg";
/** The package of the program alone, which others need by themselves. */
export const keyProgram = "gpg";
export const keepsKeys = ({ name }: Pick<Call, "name">): boolean => /^(?:apt-key|gpg2?)$/.test(name);
/** `gpg --recv-keys`, `apt-key adv --keyserver`. */
export const fetchesKeys = ({ name, args }: Pick<Call, "name" | "args">): boolean =>
  /^(?:apt-key|gpg2?)$/.test(name) && args.some((a) => /^--(?:recv|keyserver)/.test(a.text));
