import type { Effect } from "../image/effects.ts";
import { find, realPath } from "../image/files.ts";
import { absolute, basename, dirname, hasGlob } from "../image/paths.ts";
import { unknown, zero } from "../image/size.ts";
import { maybeWithoutLists, mayNameLists } from "./apt.ts";
import { type Call, type Handler, named, nodeAt, options, pathOf, patternOf, placeOf, targetOf } from "./call.ts";
import { findCommand } from "./find.ts";
import { knownFile } from "./known-files.ts";
import { sizedFiles } from "./sized-files.ts";

const rm: Handler = (call) => {
  const o = options(call.args);
  const recursive = o.has("-r", "-R", "--recursive");
  const removals = named(o.operands).map((arg): Effect => ({ do: "remove", path: patternOf(call, arg), recursive }));
  const mayBeLists = o.operands.some((arg) => !arg.known && mayNameLists(arg.text));
  return mayBeLists ? [...removals, maybeWithoutLists] : removals;
};

/** mv, install and `sed -i` put another file in the place of a symbolic link; one to a folder leads there. */
function linkGone(call: Call, source: string, to: string): Effect[] {
  const { root } = call.state;
  const isFolder = to.endsWith("/") || find(root, to, true)?.type === "folder";
  const path = isFolder ? absolute(basename(source), to) : to;
  const isLink = find(root, path)?.type === "link" && find(root, path, true)?.type !== "folder";
  return isLink ? [{ do: "remove", path, recursive: false }] : [];
}

/** It takes empty folders; told `/s`, as cmd says it on Windows, all there is. */
const rmdir: Handler = (call) => (call.args.some((a) => /^\/s$/i.test(a.text)) ? [{ do: "tidy" }] : []);

const unlink: Handler = (call) => call.args.map((arg): Effect => ({ do: "remove", path: pathOf(call, arg.text), recursive: false }));

/** mv and cp: the last operand is the target, or the folder after -t. */
const transfer =
  (what: "move" | "copy"): Handler =>
  (call) => {
    const o = options(call.args, "t --target-directory S --suffix");
    const folder = o.value("-t", "--target-directory");
    const sources = named(folder === undefined ? o.operands.slice(0, -1) : o.operands);
    const target = folder ?? o.operands.at(-1)?.text;
    if (target === undefined || sources.length === 0) return [];
    const to = placeOf(call, folder === undefined ? target : `${target}/`);
    const recursive = o.has("-r", "-R", "-a", "--recursive", "--archive");
    // A link that is named: -H and -L follow it, -P, -d and -a do not, nor does -r by itself (cp(1)).
    const follows = o.has("-H", "-L", "--dereference") || (!recursive && !o.has("-P", "-d", "--no-dereference"));
    const keepsLinks = o.has("-a", "-d", "--archive") || o.values("--preserve").some((v) => /links|all/.test(v));
    if (what === "copy" && o.has("-l", "-s", "--link", "--symbolic-link")) {
      const symbolic = o.has("-s", "--symbolic-link");
      return sources.map((s): Effect => ({ do: "link", from: symbolic ? s.text : pathOf(call, s.text), to, symbolic }));
    }
    // `cp /dev/null file` empties it.
    if (what === "copy" && sources.length === 1 && sources[0]?.text === "/dev/null" && !to.endsWith("/"))
      return [{ do: "write", path: to, size: zero, kind: "artifact" }];
    const many = sources.length > 1 && !to.endsWith("/") ? `${to}/` : to;
    const spares = o.has("-n", "--no-clobber") ? "existing" : o.has("-u", "--update") ? "newer" : undefined;
    const how = spares && ({ spares } as const);
    if (what === "move")
      return sources.flatMap((s): Effect[] => {
        const from = s.glob ? patternOf(call, s) : targetOf(call, s.text).replace(/(.)\/\.?$/, "$1");
        return [...(spares ? [] : linkGone(call, from, many)), { do: "move", from, to: many, ...how }];
      });
    const parents = o.has("--parents");
    // Which folders a pattern's files lie in is not known here.
    if (parents && sources.some((s) => hasGlob(dirname(s.text)))) return undefined;
    return sources.map((s): Effect => {
      const place = parents ? `${many.replace(/\/$/, "")}/${dirname(s.text)}/` : many;
      return { do: "copy", from: targetOf(call, s.text), to: place, recursive, follows, ...how, ...(keepsLinks && { keepsLinks }) };
    });
  };

const ln: Handler = (call) => {
  const o = options(call.args, "t --target-directory S --suffix");
  const symbolic = o.has("-s", "--symbolic");
  const [first] = o.operands;
  const last = o.operands.length > 1 ? o.operands.at(-1) : undefined;
  if (!first) return [];
  const to = placeOf(call, o.value("-t", "--target-directory") ?? last?.text ?? ".");
  const sources = o.operands.length > 1 && !o.has("-t", "--target-directory") ? o.operands.slice(0, -1) : o.operands;
  const follows = !symbolic && o.has("-L", "--logical");
  const here = o.has("-n", "-T", "--no-dereference", "--no-target-directory");
  return sources.map(
    (s): Effect => ({
      do: "link",
      from: symbolic ? s.text : pathOf(call, s.text),
      to,
      symbolic,
      ...(follows && { follows }),
      ...(here && { here }),
    }),
  );
};

/** chown, chgrp and chmod store again whatever they name, even where nothing changes in effect. */
const change =
  (what: "owner" | "mode" | "group"): Handler =>
  (call) => {
    // A mode may begin with a dash: `chmod -x file`.
    const args = call.args.filter((a) => !(what === "mode" && /^-[rwxXst]+$/.test(a.text)));
    const dashMode = args.length < call.args.length;
    const o = options(args, "--reference --from");
    const reference = o.value("--reference") !== undefined || dashMode;
    const [value, ...rest] = o.operands;
    const paths = named(reference ? o.operands : rest);
    const recursive = o.has("-R", "--recursive");
    const octal = what === "mode" && value && /^[0-7]{3,4}$/.test(value.text) ? Number.parseInt(value.text, 8) : undefined;
    const owner = what === "owner" && !reference ? value?.text : undefined;
    const [fromUser, fromGroup] = o.value("--from")?.split(":") ?? [];
    const from = o.has("--from") && { from: { ...(fromUser && { user: fromUser }), ...(fromGroup && { group: fromGroup }) } };
    // With -h a link itself is changed, which stores nothing; with -R too, unless -H or -L say otherwise (chown(1)).
    const link = what !== "mode" && (o.has("-h", "--no-dereference") || (recursive && !o.has("-H", "-L")));
    return paths.map(
      (p): Effect => ({
        do: "touch",
        path: patternOf(call, p),
        recursive,
        ...(octal !== undefined && { mode: octal }),
        ...(owner !== undefined && { owner }),
        ...(link && { link }),
        ...from,
      }),
    );
  };

const touch: Handler = (call) => {
  const o = options(call.args, "d t r --date --reference");
  const link = o.has("-h", "--no-dereference");
  const create = !link && !o.has("-c", "--no-create");
  return o.operands.map(
    (p): Effect => ({ do: "touch", path: pathOf(call, p.text), recursive: false, ...(create && { create }), ...(link && { link }) }),
  );
};

const mkdir: Handler = (call) => options(call.args, "m --mode").operands.map((p): Effect => ({ do: "mkdir", path: pathOf(call, p.text) }));

/** `install -m 755 a b /dir/`, `install -d dir`. */
const install: Handler = (call) => {
  const o = options(call.args, "m o g t --mode --owner --group --target-directory S");
  if (o.has("-d", "--directory")) return o.operands.map((p): Effect => ({ do: "mkdir", path: pathOf(call, p.text) }));
  const folder = o.value("-t", "--target-directory");
  const to = folder === undefined ? o.operands.at(-1)?.text : `${folder}/`;
  if (to === undefined) return [];
  const sources = folder === undefined ? o.operands.slice(0, -1) : o.operands;
  const strips = o.has("-s", "--strip");
  const copies = sources.flatMap((s): Effect[] => {
    const [from, place] = [pathOf(call, s.text), placeOf(call, to)];
    return [...linkGone(call, from, place), { do: "copy", from, to: place, recursive: false }];
  });
  return strips ? [...copies, { do: "renew", path: pathOf(call, to) }] : copies;
};

/** A file so short that what sed makes of it is about as long: what two builds of one Dockerfile differ by. */
const short = 4000;
/** Commands of sed that put one thing in another's place, on some lines: `s/a/b/`, `/x/s|^# ||`, `y/a/b/`. Not something before each line. */
const exchanges = /^\s*(?:\/(?:[^/\\]|\\.)+\/|\d+|\$)?\s*(?:s(.)(?!\^?\1|\$\1)(?:(?!\1).)*\1(?:(?!\1).)*\1[Ig0-9]*|y.*)\s*$/;

/** `sed -i` and its like write the file anew; with a suffix the old one stays beside it. */
const sed: Handler = (call) => {
  const o = options(call.args, "e f l --expression --file");
  const inPlace = call.args.map((a) => /^(?:-[nrEsuz]*i|--in-place=?)(.*)$/.exec(a.text)).find((found) => found !== null);
  if (!inPlace) return [{ do: "print", size: unknown }];
  const given = o.values("-e", "--expression");
  const file = o.value("-f", "--file");
  const scripts = file !== undefined ? [file] : given.length > 0 ? given : o.operands.slice(0, 1).map((a) => a.text);
  const files = given.length > 0 || file !== undefined ? o.operands : o.operands.slice(1);
  const isMild =
    file === undefined && !o.has("-n", "--quiet", "--silent") && scripts.every((s) => s.split(/;\s*|\n/).every((c) => exchanges.test(c)));
  const suffix = inPlace[1] ?? "";
  return files.flatMap((p): Effect[] => {
    const path = pathOf(call, p.text);
    const node = nodeAt(call, p.text);
    const size = node?.type === "file" ? node.entry.size : knownFile(call.state, path, call.layer)?.size;
    const about = isMild || (size !== undefined && size.bytes <= short);
    const gone = linkGone(call, path, path);
    const real = realPath(call.state.root, path, true);
    if (gone.length > 0)
      return [...gone, { do: "copy", from: real, to: path, recursive: false }, { do: "renew", path, ...(about && { about }) }];
    const old: Effect[] = suffix === "" || p.glob ? [] : [{ do: "copy", from: path, to: `${path}${suffix}`, recursive: false }];
    return [...old, { do: "touch", path, recursive: false }, { do: "renew", path, ...(about && { about }) }];
  });
};

/** `setcap CAPABILITIES FILE …`: an attribute more, and the whole file is stored again. */
const setcap: Handler = (call) =>
  options(call.args, "n").operands.flatMap((p, i): Effect[] =>
    i % 2 === 1 ? [{ do: "touch", path: pathOf(call, p.text), recursive: false }] : [],
  );

/** `rsync -a from/ to`: what is in the folder; without the slash the folder itself. */
const rsync: Handler = (call) => {
  const o = options(call.args);
  const folders = o.operands.map((a) => a.text);
  const to = folders.pop();
  const plain = call.args.every(
    (a) => !a.text.startsWith("-") || /^-[avrlptgoDHAXPqzh]+$/.test(a.text) || /^--(?:archive|progress|stats)$/.test(a.text),
  );
  if (!plain || !o.has("-a", "-r", "--archive") || to === undefined || [...folders, to].some((f) => f.includes(":"))) return undefined;
  return folders.map((from): Effect => {
    const whole = from.endsWith("/") ? `${from}.` : from;
    return { do: "copy", from: targetOf(call, whole), to: from.endsWith("/") ? pathOf(call, to) : `${pathOf(call, to)}/`, recursive: true };
  });
};

export const files: Record<string, Handler> = {
  ...sizedFiles,
  setcap,
  rsync,
  rm,
  rmdir,
  unlink,
  mv: transfer("move"),
  cp: transfer("copy"),
  ln,
  chown: change("owner"),
  chgrp: change("group"),
  chmod: change("mode"),
  touch,
  mkdir,
  install,
  sed,
  find: findCommand,
};
