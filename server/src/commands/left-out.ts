import { find, unfold } from "../image/files.ts";
import type { Call } from "./call.ts";

const folder = "/etc/dpkg/dpkg.cfg.d";
/** What slim images leave out (debuerreotype), and what else is for people. */
const ofSlim = ["doc", "info", "locale", "man"];
const forPeople = /^\/usr\/share\/(?:doc|info|locale|man|lintian|linda|groff|doc-base|gnome\/help|omf)(?:[/*]|$)/;

/**
 * What files of the Dockerfile's own tell dpkg to leave out of packages (dpkg(1), --path-exclude): what slim images do, some of what is for
 * people, or anything.
 */
export function leftOut(call: Call): "as slim" | "some" | "anything" | "nothing" {
  const node = find(call.state.root, folder, true);
  if (node?.type !== "folder") return "nothing";
  const patterns = [...unfold(node).children].flatMap(([name, child]) => {
    const text = child.type === "file" ? (child.entry.text ?? call.textAt?.(`${folder}/${name}`)) : undefined;
    return text === undefined ? ["?"] : [...text.matchAll(/^\s*path-exclude[=\s]\s*(\S+)/gm)].map((found) => found[1] ?? "?");
  });
  if (patterns.length === 0) return "nothing";
  if (!patterns.every((pattern) => forPeople.test(pattern))) return "anything";
  return ofSlim.every((name) => patterns.includes(`/usr/share/${name}/*`)) ? "as slim" : "some";
}
