import type { Ran, Step } from "../image/model.ts";
import type { Argument } from "../shell/words.ts";
import { type Call, type Options, options } from "./call.ts";
import { isApt } from "./kinds.ts";

// What a command line of apt says, and which of its verbs are of one sort.

export const aptOptions = ({ args }: Pick<Call, "args">): Options =>
  options(args, "o c t a --option --config-file --target-release --default-release --host-architecture --build-profiles --solver");

/** "asks" changes nothing: check, list, show, policy, download, source … */
type AptDeed = "updates" | "installs" | "upgrades" | "removes" | "sweeps" | "cleans" | "asks";

/** apt-get(8), apt(8) and aptitude(8); `dist-clean` is another spelling (docker-library/php). */
const verbs: Readonly<Record<Exclude<AptDeed, "asks">, string>> = {
  updates: "update",
  installs: "install reinstall build-dep satisfy",
  upgrades: "upgrade dist-upgrade full-upgrade safe-upgrade",
  removes: "remove purge",
  sweeps: "autoremove autopurge",
  cleans: "clean autoclean auto-clean distclean dist-clean",
};
const deeds = new Map(
  (Object.keys(verbs) as (keyof typeof verbs)[]).flatMap((does) => verbs[does].split(" ").map((verb) => [verb, does] as const)),
);

export interface AptCall {
  readonly verb: string;
  /** What its verb does, whatever it is called. */
  readonly does: AptDeed;
  /** Whether it removes what nothing needs any more: by its verb, or with `--auto-remove`. */
  readonly sweeps: boolean;
  /** Whether what was set for them goes with the packages. */
  readonly purges: boolean;
  readonly packages: readonly Argument[];
  /** Whether recommended packages come too: not with the option, in either of its spellings. */
  readonly recommends: boolean;
  /** Whether it updates the lists, by its verb or before it does that: `apt-get install --update` (apt 2.9 and later, apt-get(8)). */
  readonly fetchesLists: boolean;
  /** Where it is told to keep the lists, when that is elsewhere than usual (apt.conf(5), Dir::State). */
  readonly lists?: string;
}

/** An apt-get, apt or aptitude command line, understood. */
export function aptCall(call: Pick<Call, "name" | "args">): AptCall | undefined {
  if (!isApt(call.name)) return undefined;
  const o = aptOptions(call);
  const [verb, ...packages] = o.operands;
  const settings = o.values("-o", "--option").map((s) => s.replace(/\s/g, "").toLowerCase());
  const off =
    settings.some((s) => /^apt::install-recommends=["']?(?:0|false|no|off)["']?$/.test(s)) ||
    o.has("--no-install-recommends", "-R", "--without-recommends");
  const on = settings.some((s) => /^apt::install-recommends=["']?(?:1|true|yes|on)["']?$/.test(s)) || o.has("--install-recommends");
  const fetchesLists = verb?.text === "update" || o.has("-U", "--update");
  const does = (verb && deeds.get(verb.text)) ?? "asks";
  const sweeps = does === "sweeps" || o.has("--auto-remove", "--autoremove");
  const lists = settings.map((s) => /^dir::state(?:::lists)?=["']?([^"']+)/.exec(s)).findLast((found) => found !== null);
  return {
    verb: verb?.text ?? "",
    does,
    sweeps,
    purges: verb?.text === "purge" || verb?.text === "autopurge" || o.has("--purge"),
    packages,
    recommends: on || !off,
    fetchesLists,
    ...(lists?.[1] !== undefined && { lists: lists[1] }),
  };
}

/** A package as apt names it, without its version, release and architecture: `curl=7.88*`, `gcc:amd64`, `vim/stable`. */
export const packageName = (argument: string): string => argument.replace(/[=/].*$/, "").replace(/:(?:amd64|any|native|all)$/, "");

/** `./tool.deb`, `/opt/tool` */
export const isPackageFile = (text: string): boolean => /^(?:\.{0,2}\/|~)/.test(text) || text.endsWith(".deb");

/** Nothing but an upgrade of what is there, with what goes before and behind it. */
export const upgradesOnly = (ran: Pick<Ran, "name" | "args">): boolean =>
  ["updates", "upgrades", "cleans"].includes(aptCall(ran)?.does ?? "asks");

/** It only tells what is in the lists. */
export const asksLists = (ran: Pick<Ran, "name" | "args">): boolean =>
  /^apt-(?:cache|file)$/.test(ran.name) ||
  /^(?:list|search|show|policy|r?depends|madison|changelog|showsrc)$/.test(aptCall(ran)?.verb ?? "");

/** It tells of packages by the lists, or installs from them: without them it says something else, or fails. */
export const readsLists = (ran: Pick<Ran, "name" | "args">): boolean =>
  asksLists(ran) || /^(?:mk-build-deps|gdebi|tasksel|rosdep)$/.test(ran.name) || aptCall(ran)?.verb === "source";

/** What it does depends on the lists being there, and new. */
export const usesLists = (call: AptCall | undefined): boolean =>
  call !== undefined && (["updates", "installs", "upgrades"].includes(call.does) || call.verb === "download");

/** Takes packages away, or makes some of them go with the next removal. */
export const removesPackages = (ran: Pick<Ran, "name" | "args">): boolean =>
  ran.name === "apt-mark" || ["removes", "sweeps"].includes(aptCall(ran)?.does ?? "asks");

/** The commands of a step that call apt. */
export const aptCallsOf = (step: Step) =>
  step.ran.flatMap((ran) => {
    const call = aptCall(ran);
    return call ? [{ ran, call }] : [];
  });
