import type { SmallerBase } from "../image/base.ts";
import { isUnknown, type Size } from "../image/size.ts";

/**
 * The slim and alpine variants of a line that has ended: today's tags know nothing of it, the older list does. `3.6` → `3.6-slim`,
 * `3.6-alpine`; `10-buster` → `10-buster-slim`, the words in the order in which that image has them.
 */
export function oldVariants(
  tag: string,
  look: (tag: string) => { readonly tag: string; readonly size: Size; readonly old?: unknown } | undefined,
): SmallerBase[] {
  const [version = "", ...rest] = tag.split("-");
  if (!/^(?:\d|[a-z]+$)/.test(version) || rest.some((word) => /slim|alpine/.test(word))) return [];
  const variants: SmallerBase[] = [];
  const slim = look([version, "slim", ...rest].join("-"));
  if (slim?.old && !isUnknown(slim.size)) {
    const words = slim.tag
      .split("-")
      .slice(1)
      .filter((word) => word === "slim" || rest.includes(word));
    variants.push({ name: [version, ...words].join("-"), variant: "slim", size: slim.size });
  }
  const alpine = rest.length === 0 ? look(`${version}-alpine`) : undefined;
  if (alpine?.old && !isUnknown(alpine.size)) variants.push({ name: `${version}-alpine`, variant: "alpine", size: alpine.size });
  return variants;
}
