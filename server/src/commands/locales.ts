import type { Effect } from "../image/effects.ts";
import { typical } from "../image/size.ts";
import { type Handler, nodeAt, options } from "./call.ts";

/** localedef(1) adds what it compiles to one archive. */
const archive = "/usr/lib/locale/locale-archive";
/** The archive with de_DE.UTF-8, and what en_US.UTF-8 adds to it: measured with Debian bookworm's localedef, November 2026. */
const first = 3_048_992;
const more = 358_112;

const localedef: Handler = (call) => {
  const o = options(call.args, "i f A u c --inputfile --charmap --alias-file --repertoire-map --prefix");
  if (o.has("--list-archive", "--delete-from-archive", "--no-archive", "--prefix", "-h", "--help")) return undefined;
  const there = nodeAt(call, archive);
  const bytes = there?.type === "file" ? there.entry.size.bytes + more : first;
  const write: Effect = { do: "write", path: archive, size: typical(bytes), kind: "artifact", id: archive };
  return o.operands.length === 0 ? [] : [write];
};

export const locales: Record<string, Handler> = { localedef };
