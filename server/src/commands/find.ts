import type { Effect } from "../image/effects.ts";
import { wildcard } from "../image/paths.ts";
import { type Call, type Handler, pathOf, unknownWork } from "./call.ts";

/** Where it begins, and its tests. */
export function wordsOfFind({ args }: Pick<Call, "args">): { roots: readonly string[]; tests: readonly string[] } {
  const texts = args.map((a) => a.text);
  const first = texts.findIndex((t) => t.startsWith("-") || t === "(" || t === "!");
  const roots = first < 0 ? texts : texts.slice(0, first);
  return { roots: roots.length > 0 ? roots : ["."], tests: first < 0 ? [] : texts.slice(first) };
}

/** `find PATH -delete`, `-exec rm {} +`, `-exec truncate -s 0 {} +`; other uses write nothing. */
export const findCommand: Handler = (call) => {
  const { roots, tests } = wordsOfFind(call);
  const exec = tests.findIndex((t) => t === "-exec" || t === "-execdir");
  const run = exec < 0 ? undefined : tests[exec + 1]?.replace(/^.*\//, "");
  // An empty file weighs as much as none.
  const empties = run === "truncate" && /^(?:-s|--size)[= ]?0(?:$| )/.test(tests.slice(exec + 2).join(" "));
  const deletes = tests.includes("-delete") || run === "rm" || run === "unlink" || run === "rmdir" || empties;
  const again = run === "chmod" || run === "chown" || run === "chgrp" || run === "touch";
  if (run !== undefined && !deletes && !again) return undefined;
  if (!deletes && !again) return [];
  if (deletes && takesNoBytes(tests, run)) return [];
  if (deletes) return findRemovals(call, roots, tests);
  if (tests[tests.indexOf("-type") + 1] === "d") return [];
  const owned = unlessOwned(tests);
  const all = tests.slice(0, exec);
  const names = all.filter((_, i) => all[i - 1] === "-name");
  // Of files that other tests choose nobody knows how much they are.
  if (!owned && (names.length > 1 || !all.every((t) => /^(?:-type|f|-print|-xdev|-depth|-name)$/.test(t) || t === names[0])))
    return [unknownWork(call)];
  const only = names[0] === undefined ? undefined : wildcard(names[0]);
  return roots.map(
    (r): Effect => ({ do: "touch", path: pathOf(call, r), recursive: true, ...(owned && { unless: owned }), ...(only && { only }) }),
  );
};

/** Only empty files and folders go, or symbolic links: `-type d -empty -delete`, `-xtype l -delete`, `-type d -exec rmdir {} +`. */
function takesNoBytes(tests: readonly string[], run: string | undefined): boolean {
  if (tests.some((t) => /^(?:-o|-or|-not|!|,)$/.test(t))) return false;
  const type = tests.find((_, i) => tests[i - 1] === "-type" || tests[i - 1] === "-xtype");
  // A folder goes only when it is empty, but for `rm -r`.
  return tests.includes("-empty") || type === "l" || run === "rmdir" || (type === "d" && run === undefined);
}

/** `! -user app`, `! ( -user app -group web )`: what is theirs already is not touched. */
function unlessOwned(tests: readonly string[]): { user: string; group?: string } | undefined {
  const at = tests.indexOf("!");
  const [open, name, user, option, group, close] = tests.slice(at + 1, at + 7);
  if (at < 0 || tests.lastIndexOf("!") !== at) return undefined;
  if (open === "-user" && name !== undefined) return { user: name };
  const both = open === "(" && name === "-user" && option === "-group" && close === ")";
  return both && user !== undefined && group !== undefined ? { user, group } : undefined;
}

function findRemovals(call: Call, roots: readonly string[], tests: readonly string[]): Effect[] {
  const names = tests.flatMap((t, i) => (tests[i - 1] === "-name" || tests[i - 1] === "-iname" ? [t] : []));
  const exec = tests.findIndex((t) => t.startsWith("-exec"));
  const plain = tests
    .slice(0, exec < 0 ? undefined : exec)
    .every(
      (t, i) =>
        /^-(?:name|iname|delete|exec|execdir|o|or|a|and|type|xdev|depth|mindepth|print|prune)$/.test(t) ||
        !t.startsWith("-") ||
        tests[i - 1]?.startsWith("-"),
    );
  // Which files other tests choose is not known: any of them may go.
  const isOfKind = names.length === 0 && tests.some((t, i) => tests[i - 1] === "-type" && t !== "f");
  const isDeep = tests.some((t, i) => tests[i - 1] === "-mindepth" && t !== "1");
  const isBoth = names.length > 1 && !tests.some((t) => t === "-o" || t === "-or");
  if (!plain || isOfKind || isDeep || isBoth || tests.includes("-prune") || tests.includes("!") || tests.includes("-not"))
    return roots.map((r): Effect => ({ do: "remove", path: `${pathOf(call, r)}/*`.replace("//", "/"), recursive: true, maybe: true }));
  const recursive = tests.some((t, i) => t === "-delete" || (t.startsWith("-") && t.includes("r") && i > tests.indexOf("-exec")));
  if (names.length === 0) {
    const below = { links: !tests.includes("-type") };
    return roots.map((r): Effect => ({ do: "remove", path: `${pathOf(call, r)}/*`.replace("//", "/"), recursive, below }));
  }
  const fits = names.map(wildcard);
  const whole = recursive && exec >= 0 && tests[tests.indexOf("-type") + 1] !== "f";
  return roots.map(
    (r): Effect => ({ do: "remove", path: pathOf(call, r), recursive: true, only: (name) => fits.some((f) => f(name)), whole }),
  );
}
