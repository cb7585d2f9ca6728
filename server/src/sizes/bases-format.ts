// The snapshot of base images as it is stored in data/bases.json. Rows are strings: short in the file and cheap to read,
// since an image's rows are taken apart only when a Dockerfile names it.

export interface BasesSnapshot {
  readonly note: string;
  /** Where rows come from: the name shown to the user, and where exactly. */
  readonly sources: Readonly<Record<string, { readonly name: string; readonly at: string }>>;
  /** Distributions, `debian:bookworm-slim`, `dpkg` where only that is known: rows name them by their index. */
  readonly os: readonly string[];
  /** Commands, entry points and environment variables of old images, as JSON: rows name them by their index. */
  readonly commands: readonly string[];
  readonly env: readonly string[];
  readonly images: Readonly<Record<string, ImageRows>>;
}

/** Sizes are in hundredths of a decimal megabyte, the precision of the tables. */
export const sizeUnit = 10_000;

export interface ImageRows {
  /** Key in `sources` of the rows of `sizes`. */
  readonly source?: string;
  /** Measured images: `tag;size;yymmdd;what the tag stood for;file@commit;os;remark`. The file and what it stood for are empty where they equal the tag. */
  readonly sizes?: readonly string[];
  /** Tags of today that are one image: `os;tags`. */
  readonly tags?: readonly string[];
  /** Images of October 2020: `os;tags;size;yymmdd;command;entrypoint;env,env`. */
  readonly old?: readonly string[];
}

/**
 * Lists of tags, one for each image, spaces between the tags; `3.14.7,3.14|,-trixie` stands for each of the first with each of
 * the second: most of the text of tags is such products. `=` stands for the first words of the product before.
 */
export function expandTags(lists: readonly string[]): string[][] {
  let before = "";
  return lists.map((list) => {
    const tags: string[] = [];
    for (const item of list.split(" ")) {
      const [written = "", tails = ""] = item.split("|");
      const heads = written === "=" ? before : written;
      if (item.includes("|")) before = heads;
      for (const head of heads.split(",")) for (const tail of tails.split(",")) tags.push(head + tail);
    }
    return tags;
  });
}

/** The other way: picks the biggest product of a first word and the rest, again and again. */
export function packTags(lists: readonly (readonly string[])[]): string[] {
  let before = "";
  return lists.map((list) => {
    let left = [...new Set(list)];
    const items: string[] = [];
    for (;;) {
      const product = biggestProduct(left);
      if (!product) return [...items, ...left].join(" ");
      const heads = product.heads.join(",");
      items.push(`${heads === before ? "=" : heads}|${product.tails.join(",")}`);
      before = heads;
      const taken = new Set(product.heads.flatMap((head) => product.tails.map((tail) => head + tail)));
      left = left.filter((tag) => !taken.has(tag));
    }
  });
}

function biggestProduct(tags: readonly string[]): { heads: string[]; tails: string[] } | undefined {
  const tailsOf = new Map<string, string[]>();
  for (const tag of tags) {
    // Java 8's version has a hyphen: 8u502-b07.
    const head = /^\d+u\d+-b\d+|^[^-]+/.exec(tag)?.[0] ?? tag;
    tailsOf.set(head, [...(tailsOf.get(head) ?? []), tag.slice(head.length)]);
  }
  const length = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length + 1, 0);
  let best: { heads: string[]; tails: string[]; saved: number } | undefined;
  for (const tails of tailsOf.values()) {
    const heads = [...tailsOf.keys()].filter((head) => tails.every((tail) => tailsOf.get(head)?.includes(tail)));
    const saved = length(heads) * (tails.length - 1) + length(tails) * (heads.length - 1) - heads.length * tails.length;
    if (saved > (best?.saved ?? 0)) best = { heads, tails, saved };
  }
  return best;
}
