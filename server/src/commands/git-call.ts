import { type FolderNode, find } from "../image/files.ts";
import { dirname, join } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";
import { type Call, type Options, options } from "./call.ts";

// What a command line of git asks of a clone: the files, or the commits before the last one.

type GitCall = Pick<Call, "args">;

/** The options of git before its verb, and of a clone (git(1), git-clone(1)). */
export const gitOptions = (args: readonly Argument[]): Options =>
  options(
    args,
    "C c b o j --git-dir --work-tree --branch --origin --jobs --config --depth --shallow-since --shallow-exclude --filter --reference --reference-if-able --separate-git-dir --template",
  );

/** A clone that is told how far back it fetches. */
export const saysHowDeep = (o: Options): boolean => o.has("--depth", "--shallow-since", "--shallow-exclude");

/** A clone that wants its commits: it leaves files of the old ones out, or there is no checkout beside them. */
export const isForCommits = (o: Options): boolean => o.has("--filter", "--bare", "--mirror");

/** A clone that has its commits from elsewhere, or checks out another one than the last: `--depth 1` is not for it. */
export const takesOlder = (o: Options): boolean => o.has("--reference", "--reference-if-able", "--no-checkout", "-n");

/** An address; not a place on this machine, nor one that nobody knows. */
export const isRemote = (url: string): boolean => /^(?:[a-z+]+:\/\/|[\w.-]+@[\w.-]+:)/.test(url);

/** The clone that git finds from a place, the nearest that it is in (git(1), `--git-dir`); a folder that is known to be one needs no `.git`. */
export function cloneAbove(root: FolderNode, place: string, known?: string): string | undefined {
  for (let at = place; ; at = dirname(at)) {
    if (at === known || find(root, join(at, ".git"))) return at;
    if (at === "/") return undefined;
  }
}

/** Its verb, and what stands behind it that is no option. */
function gitCall({ args }: GitCall): { verb: string; operands: readonly Argument[]; rest: readonly Argument[] } {
  const at = args.findIndex((a, i) => !a.text.startsWith("-") && !/^(?:-C|-c|--git-dir|--work-tree)$/.test(args[i - 1]?.text ?? ""));
  const rest = at < 0 ? [] : args.slice(at + 1);
  return { verb: args[at]?.text ?? "", operands: options(rest, "b n m --format --depth --jobs -j").operands, rest };
}

/** These work on the last commit, on files, or on what they are given. */
const onTheLast = new Set(
  "add am apply clean commit config init lfs ls-files ls-remote mv remote restore rm stash status submodule symbolic-ref update-index version".split(
    " ",
  ),
);
/** Named so, the commit is the one that is checked out. */
const isLast = ({ text }: Argument): boolean => /^(?:HEAD|@|\.|--)$/.test(text);

/**
 * Whether it needs more than `git clone --depth 1` fetches: tags, other branches, older commits. `branch` is the one that the clone was told
 * to check out: of it alone the last commit is there.
 */
export function asksForHistory(call: GitCall, branch: string | undefined): boolean {
  const { verb, operands, rest } = gitCall(call);
  if (onTheLast.has(verb)) return false;
  const isHere = (a: Argument): boolean => isLast(a) || a.text === branch;
  const files = rest.findIndex((a) => a.text === "--");
  const named = files < 0 ? operands : operands.filter((a) => rest.indexOf(a) < files);
  switch (verb) {
    // Of what lies elsewhere: it asks nothing here.
    case "clone":
      return !operands.some((a) => isRemote(a.text));
    case "checkout":
    case "switch":
    case "reset":
    case "rev-parse":
    case "show":
    case "diff":
    case "archive":
    case "ls-tree":
      return !named.every(isHere);
    case "log":
      return !/(?:^| )-(?:n ?1|1|-max-count=1)(?: |$)/.test(rest.map((a) => a.text).join(" ")) || !named.every(isHere);
    // Its own branch goes on; another one has to be merged.
    case "pull":
      return (
        rest.some((a) => /^(?:--unshallow|--tags|-t)$/.test(a.text)) ||
        !operands.slice(1).every((a) => isHere(a) || /^(?:main|master)$/.test(a.text))
      );
    default:
      return true;
  }
}

/** It takes what has come about since: an updated checkout is the point. */
export const updates = (call: GitCall): boolean => /^(?:fetch|pull)$/.test(gitCall(call).verb);

/** It needs no clone where it stands. */
export const needsNoClone = (call: GitCall): boolean =>
  /^(?:apply|clone|config|init|ls-remote|version)$/.test(gitCall(call).verb) && !asksForHistory(call, undefined);

/** It goes to a commit that it is told. */
export const checksOut = (call: GitCall): boolean => /^(?:checkout|switch|reset)$/.test(gitCall(call).verb);

/** `git checkout master`: surely a branch, of which the last commit will do; perhaps the default one, that is checked out already. */
export function mainBranch(call: GitCall | undefined): string | undefined {
  const { verb, rest } = gitCall(call ?? { args: [] });
  const [only, more] = rest;
  return /^(?:checkout|switch)$/.test(verb) && !more && /^(?:main|master)$/.test(only?.text ?? "") ? only?.text : undefined;
}

/** Whether it tends a history that is to stay: packs it, prunes it, or forgets commits on purpose. */
export function tendsHistory(call: GitCall): boolean {
  const { verb, rest } = gitCall(call);
  return (
    /^(?:gc|reflog|prune|repack|filter-branch|filter-repo)$/.test(verb) ||
    (/^(?:tag|branch)$/.test(verb) && rest.some((a) => /^(?:-[dD]|--delete)$/.test(a.text)))
  );
}

/**
 * Projects whose own tools ask git for their version or for older commits, wherever they lie, or keep themselves up to date by it: Flutter
 * ("The Flutter directory is not a clone"), vcpkg (baselines of versions), Homebrew, Chromium's depot_tools, ESP-IDF (their documentation).
 */
const workByGit = /^(?:flutter|vcpkg|brew|linuxbrew|(?:linux|home)brew-core|depot_tools|esp-idf)$/;
export const worksByGit = (url: string): boolean => workByGit.test(projectOf(url));

/** The last name of its address. */
const projectOf = (url: string): string =>
  url
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .replace(/^.*[/:]/, "")
    .toLowerCase();

/** What people keep their settings in, by its name: some kilobytes of text, which they check out elsewhere too and go on with. */
const ofSettings =
  /^(?:\.?dotfiles|\.?(?:vim|neovim|nvim|emacs|zsh|bash|fish|tmux|git|shell|i3|sway|awesome|config)[-_.]?(?:config|conf|configs|rc|files|settings|setup|d)|\.?vimrc|\.config|home(?:dir)?-config)$/;
export const isOfSettings = (url: string): boolean => ofSettings.test(projectOf(url)) || /[-_.]dotfiles$/.test(projectOf(url));
