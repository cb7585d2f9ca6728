import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnknown } from "../build/uses.ts";
import { mayCompile } from "../commands/build-only.ts";
import { options } from "../commands/call.ts";
import { comesAsWheel } from "../commands/compiled.ts";
import { isPip, isPython } from "../commands/kinds.ts";
import type { Ran } from "../image/model.ts";

/** Whether a RUN of the image may compile something: then nobody can say that a compiler is of no use. */
export const mayCompileThere = (subject: Subject): boolean =>
  shippedSteps(subject).some((s) =>
    s.ran.some((r) => isUnknown(r) || (mayCompile(r) && !installsWheels(r)) || /^(?:nvcc|ptxas)$/.test(r.name)),
  );

function installsWheels({ name, args }: Ran): boolean {
  const words = isPython(name) && args[0]?.text === "-m" ? args.slice(1) : args;
  const { operands, has } = options(words, "i f --index-url --extra-index-url --find-links --trusted-host --timeout");
  const [verb, ...packages] = operands.map((a) => a.text);
  if (!isPip(name) && words === args) return false;
  const install = words === args ? verb : packages.shift();
  return install === "install" && !has("-r", "-e", "--requirement", "--editable", "--no-binary") && packages.every(comesAsWheel);
}
