import type { Effect } from "../image/effects.ts";
import { atLeast, measured, type Size, unknown } from "../image/size.ts";
import { type Handler, nodeAt, options, pathOf } from "./call.ts";

// Commands that are told how many bytes they write.

const units: Record<string, number> = {
  "": 1,
  c: 1,
  w: 2,
  b: 512,
  K: 1024,
  k: 1024,
  KiB: 1024,
  kB: 1000,
  KB: 1000,
  m: 1024 ** 2,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  MB: 1000 ** 2,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  GB: 1000 ** 3,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
  TB: 1000 ** 4,
  P: 1024 ** 5,
  PiB: 1024 ** 5,
  PB: 1000 ** 5,
};

/** `10M`, `512`, `1kB`: as dd, head and truncate read it. */
function bytesOf(text: string | undefined): number | undefined {
  const match = /^(\d+)([A-Za-z]*)$/.exec(text ?? "");
  const unit = Object.hasOwn(units, match?.[2] ?? "?") ? units[match?.[2] ?? "?"] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

const sized = (bytes: number | undefined) => (bytes === undefined ? unknown : measured(bytes));

/** `dd if=/dev/zero of=/big bs=1M count=10 seek=5`. */
const dd: Handler = (call) => {
  const operand = new Map(call.args.map((a) => [a.text.split("=", 1)[0] ?? "", a.text.slice(a.text.indexOf("=") + 1)]));
  const block = bytesOf(operand.get("bs") ?? operand.get("obs") ?? "512");
  const count = bytesOf(operand.get("count") ?? "x");
  const seek = bytesOf(operand.get("seek") ?? "0");
  const source = operand.get("if");
  const endless = source !== undefined && /^\/dev\/(?:zero|urandom|random)$/.test(source);
  const input = source === undefined || endless ? undefined : nodeAt(call, source);
  const whole = input?.type === "file" ? input.entry.size : unknown;
  const known =
    block !== undefined && seek !== undefined && !operand.has("skip") && !/bytes/.test(`${operand.get("iflag")}${operand.get("oflag")}`);
  const end = (bytes: number): Size => measured(bytes + (block ?? 0) * (seek ?? 0));
  const size =
    !known || operand.has("ibs")
      ? unknown
      : count !== undefined && (endless || !whole.lowerBound)
        ? end(endless ? block * count : Math.min(block * count, whole.bytes))
        : count === undefined && seek === 0
          ? whole
          : unknown;
  const target = operand.get("of");
  if (target === undefined) return [{ do: "print", size }];
  const there = /notrunc/.test(operand.get("conv") ?? "") ? nodeAt(call, target) : undefined;
  const old = there?.type === "file" ? there.entry.size : undefined;
  const written = old && (old.lowerBound || old.bytes > size.bytes || size.lowerBound) ? (size.lowerBound ? atLeast(old) : old) : size;
  return [{ do: "write", path: pathOf(call, target), size: written, kind: "artifact" }];
};

/** Space that is reserved counts in full: a layer's archive has no holes. */
const fallocate: Handler = (call) => {
  const o = options(call.args, "l o --length --offset");
  const length = bytesOf(o.value("-l", "--length"));
  return o.operands.map((p): Effect => ({ do: "write", path: pathOf(call, p.text), size: sized(length), kind: "artifact" }));
};

const truncate: Handler = (call) => {
  const o = options(call.args, "s r --size --reference");
  const [, sign, size] = /^([+-]?)(.*)$/.exec(o.value("-s", "--size") ?? "") ?? [];
  const given = bytesOf(size);
  const changed = (text: string): Size => {
    const node = sign ? nodeAt(call, text) : undefined;
    if (!sign || given === undefined) return sized(given);
    if (node?.type !== "file" || node.entry.size.lowerBound) return unknown;
    const { size: old } = node.entry;
    return { ...old, bytes: Math.max(0, old.bytes + (sign === "-" ? -given : given)) };
  };
  return o.operands.map((p): Effect => ({ do: "write", path: pathOf(call, p.text), size: changed(p.text), kind: "artifact" }));
};

const head: Handler = (call) => {
  const o = options(call.args, "c n --bytes --lines");
  const limit = bytesOf(o.value("-c", "--bytes"));
  const [source, more] = o.operands;
  // Of several files each has its name before it.
  if (limit === undefined || more) return [{ do: "print", size: unknown }];
  const input = source && nodeAt(call, source.text);
  const available = input?.type === "file" ? input.entry.size : source?.text.startsWith("/dev/") || !source ? undefined : unknown;
  return [
    {
      do: "print",
      size:
        available === undefined
          ? measured(limit)
          : available.lowerBound
            ? unknown
            : { ...available, bytes: Math.min(limit, available.bytes) },
    },
  ];
};

export const sizedFiles: Record<string, Handler> = { dd, fallocate, truncate, head };
