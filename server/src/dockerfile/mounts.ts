import type { Instruction } from "./instruction.ts";

/** `RUN --mount=…`. */
export interface Mount {
  readonly type: "bind" | "cache" | "tmpfs" | "secret" | "ssh";
  readonly target?: string;
  readonly source?: string;
  readonly from?: string;
}

const types = new Set(["bind", "cache", "tmpfs", "secret", "ssh"]);
const isType = (text: string): text is Mount["type"] => types.has(text);

/** The mounts of a RUN; one whose type is not known is read as a bind, Docker's default. */
export function mountsOf(instruction: Instruction): Mount[] {
  return instruction.flags.flatMap((flag) => {
    if (flag.name !== "mount") return [];
    const fields = new Map(
      (flag.value ?? "").split(",").map((f) => [f.split("=", 1)[0]?.trim().toLowerCase() ?? "", f.slice(f.indexOf("=") + 1).trim()]),
    );
    const type = fields.get("type") ?? "bind";
    const target = fields.get("target") ?? fields.get("dst") ?? fields.get("destination");
    const source = fields.get("source") ?? fields.get("src");
    const from = fields.get("from");
    return [{ type: isType(type) ? type : "bind", ...(target && { target }), ...(source && { source }), ...(from && { from }) }];
  });
}
