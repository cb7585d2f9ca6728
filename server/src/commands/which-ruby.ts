// Whose ruby runs gem: where gems lie, and what comes with them, depends on it.
import type { Effect } from "../image/effects.ts";
import { contentAt, find } from "../image/files.ts";
import { unknown } from "../image/size.ts";
import { setting } from "./cache.ts";
import { type Call, type Handler, homeOf, unknownWork } from "./call.ts";

const managed = "ruby-by:";

/** `rvm install 3.3`: a ruby of its own, nobody knows how big; that what it is called for else is not known either. */
const manager: Handler = (call) => {
  if (!call.args.some((a) => a.text === "install") && !/^ruby-/.test(call.name)) return undefined;
  const own: Effect = { do: "fill", path: "/", entry: { id: `${managed}${call.name}`, kind: "unknown", what: "a ruby", size: unknown } };
  return [own, unknownWork(call)];
};

export const rubyManagers: Record<string, Handler> = { rvm: manager, rbenv: manager, "ruby-build": manager, "ruby-install": manager };

/** Where they install themselves (rvm.io/rvm/install, github.com/rbenv/rbenv, ruby-build's readme). */
const theirs = (call: Call): readonly string[] => [
  ...["rvm", "rbenv"].flatMap((name) => [`${homeOf(call)}/.${name}`, `/root/.${name}`, `/usr/local/${name}`, `/opt/${name}`]),
  "/usr/local/src/ruby-build",
];

/** The gem that is called is not the distribution's, or may not be: a manager's ruby, or one that was built from source. */
export function isOtherRuby(call: Call): boolean {
  const { base, root, unknownWrites } = call.state;
  if (call.name.includes("/") && !call.name.startsWith("/usr/bin/")) return true;
  if (
    /rvm|rbenv|chruby/.test(setting(call, "PATH") ?? "") ||
    Object.keys(rubyManagers).some((name) => root.content.of(managed + name).length > 0)
  )
    return true;
  if (theirs(call).some((path) => find(root, path, true) !== undefined)) return true;
  if (!unknownWrites || !base?.standardLayout) return false;
  // Built from source: its version is in a variable, or its archive lies there still.
  const isBuilt = ["RUBY_VERSION", "RUBY_MAJOR"].some((name) => call.variable(name) !== undefined);
  return (
    isBuilt ||
    !root.content.some((e) => /^(?:deb|apk|rpm):ruby/.test(e.id)) ||
    [...contentAt(root, call.cwd)].some((e) => /\bruby-\d/.test(e.id))
  );
}

/** RubyGems 2.0 brought --no-document (its history); these have older ones. */
const before: Readonly<Record<string, RegExp>> = {
  debian: /^(?:squeeze|wheezy)$/,
  ubuntu: /^1[0-4]\./,
  centos: /^[56]\b/,
};

/**
 * gem is known to make documentation of what it installs, and to be able to leave it out: a distribution's, of a release that is known. On
 * Alpine only where rdoc is installed, which makes it.
 */
export function makesDocuments(call: Call): boolean {
  const { base, root } = call.state;
  const { os, name = "", resolved = name } = base ?? {};
  if (!os || isOtherRuby(call)) return false;
  switch (os.id) {
    case "alpine":
      return ["apk:ruby-rdoc", "apk:ruby-full"].some((id) => root.content.of(id).length > 0) && !/alpine:?(?:2\.|3\.0)/.test(resolved);
    case "debian":
    case "ubuntu":
    case "centos":
      return (os.release !== undefined || /:(?:testing|sid|unstable)/.test(name)) && !before[os.id]?.test(os.release ?? "");
    default:
      return /^(?:fedora|rockylinux|almalinux|oraclelinux|amazonlinux)$/.test(os.id);
  }
}
