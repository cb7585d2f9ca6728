import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnknown } from "../build/uses.ts";
import { mayCompile } from "../commands/build-only.ts";
import { options } from "../commands/call.ts";
import type { Ran } from "../image/model.ts";

/** Python packages that come as wheels, for the card too: nothing is compiled for them (their pages on pypi.org, "Download files"). */
const wheels = new Set(
  "torch torchvision torchaudio numpy scipy pandas transformers accelerate tokenizers safetensors pillow opencv-python opencv-python-headless flask fastapi uvicorn gunicorn requests tqdm matplotlib scikit-learn pip setuptools wheel".split(
    " ",
  ),
);

/** Whether a RUN of the image may compile something: then nobody can say that a compiler is of no use. */
export const mayCompileThere = (subject: Subject): boolean =>
  shippedSteps(subject).some((s) =>
    s.ran.some((r) => isUnknown(r) || (mayCompile(r) && !installsWheels(r)) || /^(?:nvcc|ptxas)$/.test(r.name)),
  );

function installsWheels({ name, args }: Ran): boolean {
  const words = /^python[\d.]*$/.test(name) && args[0]?.text === "-m" ? args.slice(1) : args;
  const { operands, has } = options(words, "i f --index-url --extra-index-url --find-links --trusted-host --timeout");
  const [verb, ...packages] = operands.map((a) => a.text);
  if (!/^pip[\d.]*$/.test(name) && words === args) return false;
  const install = words === args ? verb : packages.shift();
  return (
    install === "install" &&
    !has("-r", "-e", "--requirement", "--editable", "--no-binary") &&
    packages.every((p) => wheels.has(p.replace(/[[<>=~!].*$/, "")))
  );
}
