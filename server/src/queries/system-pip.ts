import { isBuiltOn, type Subject } from "../build/subject.ts";
import { namedPackages } from "../commands/installs.ts";
import { isPip, isPython } from "../commands/kinds.ts";
import type { BaseImage } from "../image/base.ts";
import type { Ran, Stage } from "../image/model.ts";
import { parseReference } from "../sizes/reference.ts";

/**
 * From these releases on the system's pip installs nothing beside the system's own packages (PEP 668): the release notes of Debian 12, Ubuntu
 * 23.04 and Alpine 3.19.
 */
const refusing: Readonly<Record<string, string>> = { debian: "12", ubuntu: "23.04", alpine: "3.19" };

/** The stage installs with the system's pip, and on the release beneath another image that would refuse. */
export function pipRefuses({ image, steps, world: { bases, releases } }: Subject, stage: Stage, name: string): boolean {
  const lineOf = (base: BaseImage | undefined): string | undefined =>
    base && releases?.of(base).find((on) => on.image === base.os?.id)?.line.name;
  const to = bases?.find(name);
  const first = refusing[to?.os?.id ?? ""];
  const [before, after] = [lineOf(stage.steps[0]?.after.base), lineOf(to)];
  // Its own pip comes first, and is nobody else's.
  if (/(?:^|\/)(?:python|pypy)$/.test(parseReference(stage.base)?.path ?? "")) return false;
  if (first === undefined || before === undefined || after === undefined || !isBefore(before, first) || isBefore(after, first))
    return false;
  const own = steps.filter((s) => isBuiltOn(image, s.stage, stage.index));
  const isOfSystem = namedPackages(own.flatMap((s) => s.ran)).all.some((p) => /^(?:python3?-pip|py3?-pip|pip)$/.test(p.name));
  const isTold = own.some((s) => ["VIRTUAL_ENV", "PIP_BREAK_SYSTEM_PACKAGES", "PIP_TARGET"].some((variable) => s.after.env.has(variable)));
  return isOfSystem && !isTold && own.some((s) => s.ran.some(installsIntoSystem));
}

function installsIntoSystem({ name, args }: Ran): boolean {
  const texts = args.map((a) => a.text);
  const words = isPip(name) ? texts : isPython(name) && texts[0] === "-m" && texts[1] === "pip" ? texts.slice(2) : [];
  return words.includes("install") && !words.some((w) => /^(?:-t|--target(?:=.*)?|--prefix(?:=.*)?|--break-system-packages)$/.test(w));
}

function isBefore(version: string, other: string): boolean {
  const [a, b] = [version, other].map((v) => v.split(".").map(Number));
  const at = a?.findIndex((part, i) => part !== (b?.[i] ?? 0)) ?? -1;
  return at >= 0 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
