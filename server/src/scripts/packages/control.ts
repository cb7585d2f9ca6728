/** One entry of a Packages file, the fields that count. */
export interface Record {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly section: string;
  readonly priority: string;
  readonly essential: boolean;
  /** kB. */
  readonly installed: number;
  /** Bytes of the .deb. */
  readonly size: number;
  readonly preDepends: string;
  readonly depends: string;
  readonly recommends: string;
  readonly provides: string;
  readonly conflicts: string;
  readonly breaks: string;
}

export function* recordsOf(text: string): Generator<Record> {
  for (const block of text.split(/\n\n+/)) {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const colon = line.indexOf(": ");
      if (colon > 0 && !line.startsWith(" ")) fields.set(line.slice(0, colon), line.slice(colon + 2).trim());
    }
    const get = (name: string) => fields.get(name) ?? "";
    if (!fields.has("Package")) continue;
    yield {
      name: get("Package"),
      version: get("Version"),
      architecture: get("Architecture"),
      section: get("Section").replace(/^.*\//, ""),
      priority: get("Priority"),
      essential: get("Essential") === "yes",
      installed: Number(get("Installed-Size") || 0),
      size: Number(get("Size") || 0),
      preDepends: get("Pre-Depends"),
      depends: get("Depends"),
      recommends: get("Recommends"),
      provides: get("Provides"),
      conflicts: get("Conflicts"),
      breaks: get("Breaks"),
    };
  }
}

export interface Relation {
  readonly name: string;
  readonly operator?: string;
  readonly version?: string;
}

/** `a (>= 1) | b:any, c` as groups of alternatives. Those of another architecture are left out. */
export function relations(field: string): Relation[][] {
  if (!field) return [];
  return field.split(",").map((group) =>
    group.split("|").flatMap((text) => {
      const [, name, architecture, operator, version] =
        /^\s*([^\s(:]+)(?::([\w-]+))?\s*(?:\(\s*([<>=]+)\s*([^\s)]+)\s*\))?/.exec(text) ?? [];
      if (!name || (architecture && !/^(?:any|native|all|amd64)$/.test(architecture))) return [];
      return [{ name, ...(operator && version && { operator, version }) }];
    }),
  );
}

// --- Versions, as dpkg compares them (deb-version(7)) ---------------------------------------------------------------------

export function compareVersions(a: string, b: string): number {
  const [epochA, upstreamA, revisionA] = split(a);
  const [epochB, upstreamB, revisionB] = split(b);
  return epochA - epochB || comparePart(upstreamA, upstreamB) || comparePart(revisionA, revisionB);
}

function split(version: string): [number, string, string] {
  const colon = version.indexOf(":");
  const rest = colon < 0 ? version : version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return [colon < 0 ? 0 : Number(version.slice(0, colon)), dash < 0 ? rest : rest.slice(0, dash), dash < 0 ? "" : rest.slice(dash + 1)];
}

/** `~` before the end, the end before letters, letters before all else. */
const order = (c: string | undefined): number =>
  c === undefined || /\d/.test(c) ? 0 : c === "~" ? -1 : /[A-Za-z]/.test(c) ? c.charCodeAt(0) : c.charCodeAt(0) + 256;

function comparePart(a: string, b: string): number {
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    while ((i < a.length && !/\d/.test(a[i] ?? "")) || (k < b.length && !/\d/.test(b[k] ?? ""))) {
      const difference = order(a[i]) - order(b[k]);
      if (difference) return difference;
      if (i < a.length) i++;
      if (k < b.length) k++;
    }
    const [numberA = ""] = /^\d*/.exec(a.slice(i)) ?? [];
    const [numberB = ""] = /^\d*/.exec(b.slice(k)) ?? [];
    const difference = Number(numberA || 0) - Number(numberB || 0);
    if (difference) return difference;
    i += numberA.length;
    k += numberB.length;
  }
  return 0;
}

export function fulfils(version: string, { operator, version: wanted }: Relation): boolean {
  if (!operator || wanted === undefined) return true;
  const c = compareVersions(version, wanted);
  switch (operator) {
    case "<<":
      return c < 0;
    case "<=":
    case "<":
      return c <= 0;
    case "=":
      return c === 0;
    case ">=":
    case ">":
      return c >= 0;
    default:
      return c > 0;
  }
}
