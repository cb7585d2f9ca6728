import type { Effect } from "../image/effects.ts";
import { unknown } from "../image/size.ts";
import { type Call, type Handler, options, pathOf } from "./call.ts";

/** Tools that write a file anew in its place: what it weighs then nobody knows. */
const inPlace =
  (valued: string, ...elsewhere: string[]): Handler =>
  (call: Call) => {
    const o = options(call.args, valued);
    const target = o.value(...elsewhere);
    if (target !== undefined) return undefined;
    return o.operands.flatMap((p): Effect[] => [
      { do: "touch", path: pathOf(call, p.text), recursive: false },
      { do: "renew", path: pathOf(call, p.text) },
    ]);
  };

/** binutils' strip(1), LLVM's and elfutils' with the same words; upx(1), patchelf(1), dos2unix(1). */
const strip = inPlace("o F I O K N R --output-file --keep-symbol --remove-section --strip-symbol --target", "-o");
/** `yq -i EXPRESSION FILE`: without -i it prints. */
const yq: Handler = (call) =>
  call.args.some((a) => /^(?:-[a-zA-Z]*i|--inplace|--in-place)$/.test(a.text)) ? inPlace("")({ ...call, args: call.args.slice(-1) }) : [];
/** `uniq INPUT OUTPUT`, `xxd -r INPUT OUTPUT`: with one operand, or none, they print. */
const toSecond =
  (valued: string): Handler =>
  (call) => {
    const [, output] = options(call.args, valued).operands;
    return output === undefined ? [] : [{ do: "write", path: pathOf(call, output.text), size: unknown, kind: "artifact" }];
  };

export const rewriters: Record<string, Handler> = {
  strip,
  yq,
  uniq: toSecond("f s w --skip-fields --skip-chars --check-chars"),
  xxd: toSecond("c g l o s"),
  "llvm-strip": strip,
  "eu-strip": inPlace("o f F --output", "-o", "-f"),
  upx: inPlace("o", "-o"),
  dos2unix: inPlace("c i", "-n"),
  patchelf: inPlace(
    "--set-rpath --set-interpreter --add-rpath --add-needed --remove-needed --replace-needed --set-soname --output",
    "--output",
  ),
};

/** Commands that store a file of a lower layer again, and what they do to it; chown, chmod and chgrp are not among them. */
export type Rewrite = "moves" | "copies" | "touches" | "edits" | "strips" | "marks";
export const rewriteOf = (name: string): Rewrite | undefined =>
  name === "mv"
    ? "moves"
    : name === "cp" || name === "install"
      ? "copies"
      : name === "touch"
        ? "touches"
        : /^(?:sed|perl|dos2unix|tee)$/.test(name)
          ? "edits"
          : name === "setcap"
            ? "marks"
            : Object.hasOwn(rewriters, name)
              ? "strips"
              : undefined;
