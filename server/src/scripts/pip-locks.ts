/** What a lock file of uv says of the packages of PyPI (docs.astral.sh/uv, "Locking"): the bytes of every file, and what each package needs. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  /** Of the wheel that pip takes with CPython 3.12 on amd64; of the source where there is none. */
  readonly bytes: number;
  readonly isSource: boolean;
  readonly needs: readonly string[];
}

export function* lockedIn(text: string): Generator<Locked> {
  for (const block of text.split("[[package]]").slice(1)) {
    const value = (key: string): string | undefined => new RegExp(`^${key} = "([^"]*)"`, "m").exec(block)?.[1];
    const [name, version] = [value("name"), value("version")];
    if (!name || !version || !/^source = \{ registry = "https:\/\/pypi\.org\/simple" \}/m.test(block)) continue;
    const [, wheels = ""] = /^wheels = \[\n([\s\S]*?)^\]/m.exec(block) ?? [];
    const files = [...wheels.matchAll(/url = "[^"]*\/([^"/]+)\.whl".*?size = (\d+)/g)];
    const [wheel] = files
      .map(([, file = "", size]) => ({ bytes: Number(size), rank: rankOf(file) }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank);
    const source = /^sdist = .*size = (\d+)/m.exec(block)?.[1];
    const bytes = wheel?.bytes ?? (files.length === 0 && source !== undefined ? Number(source) : undefined);
    if (bytes === undefined) continue;
    const [, needs = ""] = /^dependencies = \[\n([\s\S]*?)^\]/m.exec(block) ?? [];
    yield {
      name,
      version,
      bytes,
      isSource: wheel === undefined,
      needs: [...needs.matchAll(/name = "([^"]+)"(.*)/g)].flatMap(([, n = "", rest = ""]) => (isNeeded(rest) ? [n] : [])),
    };
  }
}

/** How much a wheel's name is what pip looks for. */
function rankOf(file: string): number {
  const [python = "", abi = "", platform = ""] = file.split("-").slice(-3);
  if (platform === "any") return /py3/.test(python) ? 1 : 0;
  if (!/manylinux.*x86_64/.test(platform)) return 0;
  if (abi === "abi3") return Number(/^cp3(\d+)/.exec(python)?.[1] ?? 99) <= 12 ? 3 : 0;
  if (/^py[23]/.test(python)) return 2;
  return abi === "cp312" ? 6 : abi === "cp313" ? 5 : abi === "cp311" ? 4 : 0;
}

/** Whether it is for CPython 3.12 on Linux on amd64: in doubt it is not, and the sum is a lower bound. */
function isNeeded(rest: string): boolean {
  const [, marker] = /marker = "((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
  if (marker === undefined) return !/\bmarker\b/.test(rest);
  const alternatives = marker.split(" or ").map((text) => /^\((.*)\)$/.exec(text)?.[1] ?? text);
  return !alternatives.some((text) => /[()]/.test(text)) && alternatives.some((all) => all.split(" and ").every(holds));
}

const here: Readonly<Record<string, string>> = {
  sys_platform: "linux",
  platform_system: "Linux",
  os_name: "posix",
  platform_machine: "x86_64",
  platform_python_implementation: "CPython",
  implementation_name: "cpython",
};

function holds(clause: string): boolean {
  const [, name = "", operator = "", text = ""] = /^\s*(\w+) (==|!=|<=|>=|<|>) '([^']*)'\s*$/.exec(clause) ?? [];
  if (name === "python_full_version" || name === "python_version") {
    const minor = Number(/^3\.(\d+)/.exec(text)?.[1] ?? Number.NaN);
    return operator === "<" || operator === "<=" ? 12 < minor : operator.startsWith(">") && 12 >= minor;
  }
  const own = here[name];
  return own !== undefined && (operator === "==" ? own === text : operator === "!=" && own !== text);
}

/** 2.10.1 after 2.9; what is not released comes before. */
export function isNewer(a: string, b: string): boolean {
  const parts = (version: string) => version.split(/[.+]/).map((part) => (/^\d+$/.test(part) ? Number(part) : -1));
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) > (y[i] ?? 0);
  return false;
}
