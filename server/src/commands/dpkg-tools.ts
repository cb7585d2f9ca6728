import type { Effect } from "../image/effects.ts";
import { contentAt } from "../image/files.ts";
import { add, typical, zero } from "../image/size.ts";
import { type Call, type Handler, nodeAt, options, pathOf } from "./call.ts";
import { utf8Length } from "./printing.ts";

// dpkg's tools for names that several programs want: alternatives, and diversions.

const admin = (name: string): string => `/var/lib/dpkg/alternatives/${name}`;
/** Two lines with the time, what was asked for and which link leads where. */
const logged = (call: Call): number => 150 + utf8Length(call.args.map((a) => a.text).join(" "));
function log(call: Call): Effect {
  const id = "alternatives-log";
  const old = contentAt(call.state.root, "/var/log").newest(id);
  const size = add(old?.size ?? zero, typical(logged(call)));
  return { do: "fill", path: "/var/log", entry: { id, kind: "metadata", what: "update-alternatives' log", size } };
}

/** `update-alternatives --install LINK NAME PATH PRIORITY [--slave LINK NAME PATH]…`: links, and a file of what there is to choose from. */
const alternatives: Handler = (call) => {
  const words = call.args.map((a) => a.text);
  const at = words.findIndex((w) => /^--(?:install|set|auto|config|remove|remove-all|set-selections|all)$/.test(w));
  const verb = words[at];
  const [first = "", second = "", third = "", ...more] = words.slice(at + 1);
  if (verb === undefined) return [];
  if (verb === "--remove-all") return [{ do: "remove", path: admin(first), recursive: false }, log(call)];
  const note = (name: string, lines: readonly string[]): Effect => {
    const old = nodeAt(call, admin(name));
    const size = typical(utf8Length(lines.join("\n")));
    return { do: "write", path: admin(name), size: old?.type === "file" ? add(old.entry.size, size) : size, kind: "metadata" };
  };
  if (verb !== "--install")
    return first === "" ? [] : [note(first, verb === "--set" ? [] : [second]), ...chosen(first, verb === "--set" ? second : ""), log(call)];
  const slaves = more.flatMap((word, i) => (word === "--slave" ? [more.slice(i + 1, i + 4)] : []));
  const links = [[first, second, third], ...slaves].flatMap(([link = "", name = "", path = ""]): Effect[] => [
    ...chosen(name, path),
    { do: "link", from: `/etc/alternatives/${name}`, to: pathOf(call, link), symbolic: true, here: true },
  ]);
  return [note(second, ["auto", first, "", third, more[0] ?? "", ...slaves.flat(), ""]), ...links, log(call)];
};

const chosen = (name: string, path: string): Effect[] =>
  path === "" ? [] : [{ do: "link", from: path, to: `/etc/alternatives/${name}`, symbolic: true, here: true }];

/** Twice, the old one beside the new one: 98 bytes on bookworm, 200 on trixie, and three lines for each. */
const diversions = 100;

/** `dpkg-divert --local --rename --add FILE`: where a package's file goes from now on, and with --rename the one that is there. */
const divert: Handler = (call) => {
  const o = options(call.args, "--divert --package --admindir --instdir --root");
  const [file, more] = o.operands;
  if (o.has("--list", "--listpackage", "--truename", "--remove") || !file || more) return o.has("--remove") ? undefined : [];
  const to = o.value("--divert") ?? `${file.text}.distrib`;
  const size = typical(diversions + utf8Length(`${file.text}\n${to}\n:\n`));
  return [
    { do: "write", path: "/var/lib/dpkg/diversions", size, kind: "metadata" },
    { do: "write", path: "/var/lib/dpkg/diversions-old", size: typical(diversions), kind: "metadata" },
    ...(o.has("--rename") ? [{ do: "move" as const, from: pathOf(call, file.text), to: pathOf(call, to) }] : []),
  ];
};

export const dpkgTools: Record<string, Handler> = { "update-alternatives": alternatives, "dpkg-divert": divert };
