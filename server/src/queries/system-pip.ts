import { isBuiltOn, type Subject } from "../build/subject.ts";
import { namedPackages } from "../commands/installs.ts";
import { isPip, isPython } from "../commands/kinds.ts";
import { partsOfName } from "../image/base.ts";
import type { Ran, Stage } from "../image/model.ts";
import { isBefore, onDistribution } from "./release-line.ts";

/**
 * From these releases on the system's pip installs nothing beside the system's own packages (PEP 668): the release notes of Debian 12, Ubuntu
 * 23.04 and Alpine 3.19.
 */
const refusing: Readonly<Record<string, string>> = { debian: "12", ubuntu: "23.04", alpine: "3.19" };

/** The stage installs with the system's pip, and on the release beneath another image that would refuse. */
export function pipRefuses({ image, steps, world }: Subject, stage: Stage, name: string): boolean {
  const to = world.bases?.find(name);
  const first = refusing[to?.os?.id ?? ""];
  const [before, after] = [stage.steps[0]?.after.base, to].map((base) => onDistribution(world, base)?.line.name);
  // Its own pip comes first, and is nobody else's.
  if (/^(?:python|pypy)$/.test(partsOfName(stage.base).image)) return false;
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
