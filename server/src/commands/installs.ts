import type { PackageManager } from "../image/base.ts";
import type { Ran } from "../image/model.ts";
import type { Argument } from "../shell/words.ts";
import { apkOptions } from "./apk.ts";
import { aptCall, packageName } from "./apt-call.ts";
import { fetchesUpdater } from "./apt-sources.ts";
import { dnfOptions } from "./dnf.ts";
import { bringsForBrowsers } from "./extras.ts";
import { isDnf, isRepositoryTool } from "./kinds.ts";

/** Packages that one command installs or removes by name. */
interface PackageCall {
  readonly does: "install" | "remove";
  readonly manager: PackageManager;
  /** As written: `libpq5=15.*`. */
  readonly packages: readonly Argument[];
  readonly recommends: boolean;
  /** `apk add --virtual NAME`: `apk del NAME` removes them all. */
  readonly group?: string;
}

/** A package that the Dockerfile itself names, and has not removed again by the end. */
export interface Named {
  readonly name: string;
  readonly written: Argument;
  readonly manager: PackageManager;
  readonly recommends: boolean;
  readonly group?: string;
}

const removals = new Set(["remove", "purge", "del", "erase", "autoremove", "autopurge"]);

function callOf(ran: Pick<Ran, "name" | "args">): PackageCall | undefined {
  const apt = aptCall(ran);
  if (apt) return call("apt", apt.verb, apt.packages.filter(isPackage), apt.recommends);
  if (ran.name === "apk") {
    const o = apkOptions(ran);
    const [verb, ...packages] = o.operands;
    return call("apk", verb?.text, packages, true, o.value("-t", "--virtual"));
  }
  if (!isDnf(ran.name)) return undefined;
  const [verb, ...packages] = dnfOptions(ran).operands;
  return call(ran.name, verb?.text, packages, true);
}

function call(
  manager: PackageManager,
  verb: string | undefined,
  packages: readonly Argument[],
  recommends: boolean,
  group?: string,
): PackageCall | undefined {
  const does = verb === "install" || verb === "add" ? "install" : removals.has(verb ?? "") ? "remove" : undefined;
  return does && { does, manager, packages, recommends, ...(group !== undefined && { group }) };
}

/** `pkg-` removes, and is no name. */
const isPackage = ({ text }: Argument): boolean => !/[-+]$/.test(text) || text.endsWith("++");

const nameOf = (manager: PackageManager, { text }: Argument): string =>
  manager === "apk" ? text.replace(/[<>=~@].*$/, "") : packageName(text);

/** The packages that some commands name: all of them, and those that are there when the last one has run. */
export function namedPackages(rans: readonly Pick<Ran, "name" | "args">[]): { all: readonly Named[]; left: readonly Named[] } {
  const all: Named[] = [];
  let left: Named[] = [];
  for (const found of rans.map(callOf)) {
    if (!found) continue;
    const { manager, recommends, group } = found;
    const named = found.packages.map((written) => ({
      name: nameOf(manager, written),
      written,
      manager,
      recommends,
      ...(group !== undefined && { group }),
    }));
    const names = new Set(named.map((n) => n.name));
    if (found.does === "remove") {
      left = left.filter((n) => !names.has(n.name) && !(n.group !== undefined && names.has(n.group)));
      continue;
    }
    all.push(...named);
    left.push(...named);
  }
  return { all, left };
}

/** It takes packages away, by name or because nothing needs them any more. */
export const takesPackages = (ran: Pick<Ran, "name" | "args">): boolean =>
  callOf(ran)?.does === "remove" || (ran.name === "rpm" && ran.args.some((a) => /^(?:-e|--erase)$/.test(a.text)));

/** The text of a RUN that installs packages and leaves nothing else behind. */
export function installText(manager: PackageManager, packages: readonly string[], recommends: boolean): string {
  const names = packages.join(" ");
  if (manager === "apk") return `apk add --no-cache ${names}`;
  if (manager !== "apt") return `${manager} install -y ${names} && ${manager} clean all`;
  return `apt-get update && apt-get install -y ${recommends ? "" : "--no-install-recommends "}${names} && rm -rf /var/lib/apt/lists/*`;
}

/** The command that removes packages, with what nothing needs any more. */
export function removalText(manager: PackageManager, packages: readonly string[]): string {
  const names = packages.join(" ");
  if (manager === "apt") return `apt-get purge -y --auto-remove ${names}`;
  return manager === "apk" ? `apk del ${names}` : `${manager} remove -y ${names}`;
}

/** An upgrade with no package named: all of them. */
export function upgradesAll(ran: Pick<Ran, "name" | "args">): boolean {
  const apt = aptCall(ran);
  if (apt) return apt.does === "upgrades" && apt.packages.length === 0;
  const isApk = ran.name === "apk";
  if (!isApk && !isDnf(ran.name)) return false;
  const [verb, ...packages] = (isApk ? apkOptions : dnfOptions)(ran).operands;
  return packages.length === 0 && (verb?.text === "upgrade" || (!isApk && verb?.text === "update"));
}

/** It adds a repository to those that the packages come from, by one of the tools for it, or by a line behind apt's own. */
export function addsSource({ name, args, command }: Pick<Ran, "name" | "args" | "command">): boolean {
  if (isRepositoryTool(name) || name === "extrepo") return true;
  if (args.some((a) => /^--?add-?repo(?:=|$)/.test(a.text) || (a.text === "addrepo" && (isDnf(name) || name === "zypper")))) return true;
  const isAppended = command?.redirects.some((r) => r.operator === ">>" && r.target?.raw === "/etc/apt/sources.list");
  return (
    isAppended === true ||
    (name === "tee" && args.some((a) => a.text === "/etc/apt/sources.list") && args.some((a) => /^(?:-a|--append)$/.test(a.text)))
  );
}

/** It may update the lists for what it adds (see commands/apt.ts); nothing is installed by it. */
export const mayUpdate = (ran: Pick<Ran, "name" | "args">): boolean => isRepositoryTool(ran.name) || updatesByItself(ran);

/** It has apt update the lists, whether they are there or not, and installs from them: no RUN before it need leave any. */
export const updatesByItself = (ran: Pick<Ran, "name" | "args">): boolean => fetchesUpdater(ran) || bringsForBrowsers(ran);
