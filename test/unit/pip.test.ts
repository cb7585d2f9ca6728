import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { isNewer, lockedIn } from "../../server/src/scripts/pip-locks.ts";
import snapshot from "../../server/src/sizes/data/pip.json";
import { createPipIndex } from "../../server/src/sizes/pip.ts";
import { worldOf } from "./support/world.ts";

const bytes = (name: keyof typeof snapshot.packages): number => Number(snapshot.packages[name].split(" ")[1]);
const cacheOf = (text: string, files?: Record<string, string>): string[] =>
  (analyze(text, worldOf(files)).toJSON().image.stages[0]?.layers ?? []).flatMap((layer) =>
    layer.items.filter((i) => i.what === "pip's cache").map((i) => `${i.lowerBound ? "≥ " : ""}${i.bytes}`),
  );
const on = (base: string, ...runs: string[]) => `FROM ${base}\n${runs.map((run) => `RUN ${run}\n`).join("")}`;

describe("what pip's cache keeps", () => {
  const python = "python:3.12-slim";

  it("is every wheel that was downloaded, with all that is needed, at least", () => {
    assert.deepEqual(cacheOf(on(python, "pip install numpy")), [`≥ ${bytes("numpy")}`]);
    assert.deepEqual(cacheOf(on(python, "pip install requests")), [
      `≥ ${bytes("requests") + bytes("certifi") + bytes("charset-normalizer") + bytes("idna") + bytes("urllib3")}`,
    ]);
    assert.deepEqual(cacheOf(on(python, "pip install --upgrade pip && pip install 'NumPy>=2'")), [`≥ ${bytes("numpy")}`]);
    assert.deepEqual(cacheOf(on(python, "pip install --no-cache-dir numpy")), []);
  });

  it("is that of what a file of requirements names", () => {
    const text = `FROM ${python}\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n`;
    assert.deepEqual(cacheOf(text, { "requirements.txt": "# all\nnumpy\n" }), [`≥ ${bytes("numpy")}`]);
    assert.deepEqual(cacheOf(text, { "requirements.txt": "--index-url https://example.org/simple\nnumpy\n" }), ["≥ 0"]);
  });

  it("is not known of other versions, elsewhere, on Alpine, on somebody's image and after other installs", () => {
    const [major] = snapshot.packages.numpy.split(" ")[0]?.split(".") ?? [];
    assert.deepEqual(cacheOf(on(python, "pip install numpy==1.16.4")), ["≥ 0"]);
    assert.deepEqual(cacheOf(on(python, `pip install numpy==${major}`)), [`≥ ${bytes("numpy")}`]);
    assert.deepEqual(cacheOf(on(python, "pip install 'numpy<2'")), ["≥ 0"]);
    assert.deepEqual(cacheOf(on(python, "pip install --extra-index-url https://example.org numpy")), ["≥ 0"]);
    for (const base of ["python:3.12-alpine", "python:3.6-slim", "python:2", "ubuntu:18.04", "rockylinux:8", "somebody/science", "$X"])
      assert.deepEqual(cacheOf(on(base, "pip install numpy")), ["≥ 0"], base);
    assert.deepEqual(cacheOf(on(python, "pip install flask", "pip install requests")).at(-1), "≥ 0");
    assert.deepEqual(
      cacheOf(on("debian:bookworm", "apt-get update && apt-get install -y python3-numpy python3-pip", "pip install numpy")),
      ["≥ 0"],
    );
  });

  it("is that of Debian's modules too, where another Python than Debian's asks for them", () => {
    const debians = "apt-get update && apt-get install -y python3-numpy python3-venv";
    assert.deepEqual(cacheOf(on("python:3.12-bookworm", debians, "pip install numpy")), [`≥ ${bytes("numpy")}`]);
    const inside = ["python3 -m venv /opt/venv", "/opt/venv/bin/pip install numpy"];
    assert.deepEqual(cacheOf(on("debian:bookworm", debians, ...inside)), [`≥ ${bytes("numpy")}`]);
  });

  it("is less than what is unpacked of it: an install has as much at least, what two need once", () => {
    const of = (run: string) =>
      analyze(on(python, `${run} --no-cache-dir`), worldOf())
        .toJSON()
        .image.stages[0]?.layers.at(-1);
    const layer = of("pip install pandas numpy");
    assert.deepEqual([layer?.lowerBound, layer?.basis], [true, "typical"]);
    const needed = ["pandas", "numpy", "python-dateutil", "six"] as const;
    assert.equal(
      layer?.bytes,
      needed.reduce((sum, name) => sum + bytes(name), 0),
    );
    assert.equal(of("pip install nobodys-own")?.bytes, 0);
    assert.equal(of("pip install --no-deps pandas")?.bytes, 0);
    assert.equal(of("pip download numpy")?.bytes, bytes("numpy"));
  });

  it("is read of lock files: the wheel that fits, what is needed on Linux", () => {
    const file = (name: string, size: number) =>
      `    { url = "https://files.pythonhosted.org/packages/x/${name}", hash = "sha256:0", size = ${size} },\n`;
    const text = `version = 1\n
[[package]]
name = "a"
version = "2.10"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "b" },
    { name = "c", marker = "sys_platform == 'win32'" },
    { name = "d", marker = "(python_full_version >= '3.12' and sys_platform == 'linux') or (sys_platform == 'darwin')" },
    { name = "e", version = "1", marker = "python_full_version < '3.11'" },
    { name = "f", marker = "extra == 'x'" },
]
sdist = { url = "https://files.pythonhosted.org/packages/x/a-2.10.tar.gz", hash = "sha256:0", size = 5 }
wheels = [
${file("a-2.10-cp311-cp311-manylinux_2_17_x86_64.whl", 11)}${file("a-2.10-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", 12)}${file("a-2.10-cp312-cp312-win_amd64.whl", 13)}]

[[package]]
name = "source-only"
version = "1"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.pythonhosted.org/packages/x/s-1.tar.gz", hash = "sha256:0", size = 7 }

[[package]]
name = "of-elsewhere"
version = "1"
source = { git = "https://example.org/x" }
`;
    assert.deepEqual(
      [...lockedIn(text)],
      [
        { name: "a", version: "2.10", bytes: 12, isSource: false, needs: ["b", "d"] },
        { name: "source-only", version: "1", bytes: 7, isSource: true, needs: [] },
      ],
    );
    assert.deepEqual(
      [isNewer("2.10", "2.9"), isNewer("2.9", "2.10"), isNewer("1.0", "1.0rc1"), isNewer("1.0", "1.0")],
      [true, false, true, false],
    );
  });

  it("has rows of a version, bytes, a source and names that are held mostly", () => {
    for (const [name, row] of Object.entries(snapshot.packages)) {
      const [version, size, source] = row.split(" ");
      assert.match(`${version} ${size}`, /^\d\S* -?[1-9]\d*$/, name);
      assert.match(snapshot.sources[Number(source)] ?? "", /^[\w.-]+\/[\w.-]+@[0-9a-f]{12} \S*uv\.lock$/, name);
    }
    const index = createPipIndex({ note: "", sources: [], packages: { a: "1.0 10 0 b gone", b: "1.0 -5 0 a" } });
    assert.deepEqual(
      index.wheels(["a"], () => false),
      {
        names: new Set(["a", "b"]),
        downloaded: { bytes: 15, lowerBound: true, basis: "typical" },
        unpacked: { bytes: 10, lowerBound: true, basis: "typical" },
      },
    );
    assert.deepEqual(index.wheels(["constructor", "nobody"], () => false).downloaded.basis, "unknown");
  });
});

describe("a virtual environment", () => {
  /** What a later stage gets of it: `≥` where there may be more. */
  const copied = (made: string[], base = "python:3.11-slim-bookworm", folder = "/venv"): string => {
    const text = [`FROM ${base} AS build`, ...made, `FROM ${base}`, `COPY --from=build ${folder} /venv`].join("\n");
    const [, layer] = analyze(text, worldOf()).toJSON().image.stages[1]?.layers ?? [];
    return `${layer?.lowerBound ? "≥ " : ""}${layer?.bytes}`;
  };
  const install = "pip install --no-cache-dir numpy";
  // Measured: Python 3.11.7's own venv.
  const [empty, full] = ["22346512", `≥ ${22_346_512 + bytes("numpy")}`];

  it("is known of the images of Python", () => {
    assert.equal(copied(["RUN python -m venv /venv"]), empty);
    assert.equal(copied(["RUN python -m venv /venv"], "python:3.13"), "10943284");
    assert.equal(copied(["RUN python -m venv /venv"], "python:3.6"), "≥ 0");
    assert.equal(copied(["RUN python -m venv --copies /venv"]), "≥ 0");
    assert.equal(copied(["RUN pip install virtualenv && virtualenv -p python3 /venv"]), "≥ 0");
  });

  it("gets what pip installs: by its own path, by PATH, and where it is activated", () => {
    assert.equal(copied([`RUN python -m venv /venv && /venv/bin/${install}`]), full);
    assert.equal(copied(["RUN python -m venv /venv", "ENV PATH=/venv/bin:$PATH", `RUN ${install}`]), full);
    assert.equal(
      copied(["ENV VIRTUAL_ENV=/venv", "RUN python -m venv $VIRTUAL_ENV", 'ENV PATH="$VIRTUAL_ENV/bin:$PATH"', `RUN ${install}`]),
      full,
    );
    assert.equal(copied([`RUN python -m venv /venv && . /venv/bin/activate && ${install}`]), full);
    assert.equal(copied([`RUN ["/bin/bash", "-c", "python -m venv /venv && source /venv/bin/activate && ${install}"]`]), full);
    assert.equal(copied(["WORKDIR /app", `RUN python -m venv v && . v/bin/activate && ${install}`], undefined, "/app/v"), full);
    assert.equal(copied(["RUN python -m venv /venv && . /venv/bin/activate", `RUN ${install}`]), empty);
    assert.equal(
      copied(["RUN python -m venv /venv", "ENV PATH=/opt/bin:/venv/bin", "RUN python -m pip install --no-cache-dir numpy"]),
      full,
    );
  });

  it("is what uv installs into, unless it is told to take the system's", () => {
    const uv = (run: string): string => copied(["RUN python -m venv /venv", "ENV VIRTUAL_ENV=/venv", `RUN ${run}`]);
    assert.equal(uv("uv pip install numpy"), `≥ ${empty}`);
    assert.equal(uv("uv pip install --system numpy"), empty);
    assert.equal(copied(["WORKDIR /app", "RUN uv venv && uv pip install numpy"], undefined, "/app/.venv"), "≥ 0");
  });
});
