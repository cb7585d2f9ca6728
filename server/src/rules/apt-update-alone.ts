import { isBuiltOn, type Subject, stageOf } from "../build/subject.ts";
import { isUnknown } from "../build/uses.ts";
import { listsFolder, listsId } from "../commands/apt.ts";
import { aptCallsOf } from "../commands/apt-call.ts";
import { isPlain, pathTo, withoutCommand } from "../edits/chain.ts";
import { updateBefore } from "../edits/update.ts";
import { contentAt } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { type Edit, spanOver } from "../text.ts";
import type { Rule } from "./rule.ts";

export const aptUpdateAlone: Rule = {
  id: "apt-update-alone",
  summary: "Package lists are updated in a layer of their own",
  why:
    "The layer with the package lists is cached: when the list of packages below it changes weeks later, the build goes on with the old lists, and " +
    "`apt-get install` asks for versions that the mirror no longer has. In one `RUN` with the install the lists are as new as the packages. " +
    "Alone they also cannot be removed again: a later `rm` frees nothing.",
  about: "cache",
  level: "info",
  example: {
    before: "FROM debian:bookworm\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends curl\n",
    after: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
  },
  *check(subject) {
    for (const stage of subject.image.stages) {
      if (!subject.image.needed.has(stage.index)) continue;
      for (const step of stage.steps) {
        const apt = aptCallsOf(step);
        const [update] = apt;
        if (update?.call.does !== "updates" || apt.length > 1) continue;
        if (update.ran.words.length === 0 && !step.instruction.exec) continue;
        if (!isLivedOn(subject, step, update.ran)) continue;
        const edits = fixFor(subject, step);
        yield {
          span: spanOver(step.instruction.exec ?? update.ran.words) ?? step.instruction,
          message: () =>
            `${update.ran.name} update in a RUN of its own: its layer is cached, and a later install meets lists that are out of date. Put it in the RUN that installs.`,
          fixes: edits ? [{ title: "Move apt-get update into the RUN that installs", safety: "safe", edits }] : [],
        };
      }
    }
  },
};

/** Its lists are still there when the RUN ends, nothing of this RUN uses them, and a later one may install from them. */
function isLivedOn({ image, steps }: Subject, step: Step, update: Ran): boolean {
  const stay = contentAt(step.after.root, listsFolder).of(listsId).length > 0;
  const behind = step.ran.slice(step.ran.indexOf(update) + 1);
  // A script of their own may install from them.
  const mayInstall = (s: Step): boolean =>
    aptCallsOf(s).some(({ call }) => call.does !== "updates") || s.ran.some((r) => isUnknown(r) && /\/|\.sh$/.test(r.words[0]?.raw ?? ""));
  return (
    stay && !behind.some(isUnknown) && steps.some((s) => s.index > step.index && isBuiltOn(image, s.stage, step.stage) && mayInstall(s))
  );
}

/** The update moves to the front of the next apt command of the stage. */
function fixFor(subject: Subject, step: Step): Edit[] | undefined {
  const { file } = subject;
  // What only takes files away, or packages that nobody needs, asks for no lists; what removes a package by name fails without, where it is not there.
  const asks = (s: Step): boolean => aptCallsOf(s).some(({ call }) => call.does !== "sweeps" && call.does !== "cleans");
  const next = stageOf(subject, step)?.steps.find((s) => s.index > step.index && asks(s));
  const [first] = next ? aptCallsOf(next) : [];
  const [update] = aptCallsOf(step);
  const user = first?.ran.command;
  if (!next?.script || !user) return undefined;
  // A comment of the shell's own would go with it.
  const removal = /\s#/.test(step.instruction.rest.text) ? undefined : withoutCommand(file, step, update?.ran.command);
  const path = pathTo(next.script, user);
  if (!update || !removal || !path || !isPlain(path)) return undefined;
  // What upgrades is no install: a later one would still stand apart.
  if (first.call.does === "upgrades" || first.call.does === "removes") return undefined;
  if (first.call.updates) return [removal];
  const put = updateBefore(file, step, update.ran, next, first.ran);
  return put && [removal, put];
}
