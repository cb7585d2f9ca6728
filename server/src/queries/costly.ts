import { isUnread } from "../build/uses.ts";
import { mayCompile, startsBuild } from "../commands/build-only.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import { sum } from "../image/size.ts";

/** Run again at each change of another RUN it costs more than a few megabytes are worth. */
export const isCostly = (ran: Ran): boolean => isUnread(ran) || ((mayCompile(ran) || startsBuild(ran)) && !asksVersion(ran));

const asksVersion = ({ args: [only, more] }: Ran): boolean => more === undefined && /^(?:--?version|-[vV])$/.test(only?.text ?? "");

const fewMegabytes = 5_000_000;

/** What these bring weighs a few megabytes: as it is known, or because each is a program like wget, with no compiler or headers among them. */
const isFew = (changes: readonly Change[]): boolean => {
  const size = sum(changes.map((c) => c.entry.size));
  if (!size.lowerBound) return size.bytes < fewMegabytes;
  return (
    size.bytes < fewMegabytes && changes.every(({ entry }) => !entry.size.lowerBound || (entry.kind === "package" && small.has(entry.what)))
  );
};

/** Well below a megabyte or two on Debian, Alpine and Fedora, with what only they need (packages.debian.org, "Installed Size"). */
const small = new Set(
  "wget curl unzip zip bzip2 patch lsb-release apt-transport-https ca-certificates rsync xz-utils make file jq".split(" "),
);

/** Whether one RUN of a row of them would have to build anew all that is costly in it, for the few megabytes that these changes are. */
export const isRowTooDear = (row: readonly Step[], changes: readonly Change[]): boolean =>
  row.length > 2 && isFew(changes) && row.some((s) => s.ran.some(isCostly));
