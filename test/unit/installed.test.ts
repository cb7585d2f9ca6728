import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { analyze } from "../../server/src/analyze.ts";
import { parseDockerfile } from "../../server/src/dockerfile/parse.ts";
import { hoverAt } from "../../server/src/hovers/index.ts";
import { Measurer } from "../../server/src/lsp/disk/measure.ts";
import { diskContext } from "../../server/src/lsp/disk/world.ts";
import { worldOf } from "./support/world.ts";

type Files = Readonly<Record<string, number | string>>;

const clean = " && npm cache clean --force";
const manifest = JSON.stringify({ dependencies: { web: "^1.0.0" }, devDependencies: { tester: "^1.0.0" } });
const lock = (packages: Readonly<Record<string, object>>): string => JSON.stringify({ lockfileVersion: 3, packages });
const modules: Files = {
  "node_modules/.cache/loader/x": 90_000,
  "node_modules/.package-lock.json": 500,
  "node_modules/web/index.js": 1000,
  "node_modules/web/node_modules/old/index.js": 200,
  "node_modules/@s/part/index.js": 30,
  "node_modules/tester/index.js": 400_000,
  "node_modules/tester/node_modules/old/index.js": 7000,
  "node_modules/nobodys/index.js": 3_000_000,
};
const project: Files = {
  ...modules,
  "package.json": manifest,
  "package-lock.json": lock({
    "": { dependencies: { web: "^1.0.0" } },
    "node_modules/web": {},
    "node_modules/web/node_modules/old": {},
    "node_modules/@s/part": { optional: true },
    "node_modules/@s/other-platform": { optional: true, os: ["aix"] },
    "node_modules/tester": { dev: true },
    "node_modules/tester/node_modules/old": { dev: true },
  }),
};

/** The last layer, in short. */
const shown = (text: string, files: Files, ignore = "node_modules\n"): string => {
  const layer = analyze(text, worldOf(files, ignore)).toJSON().image.stages.at(-1)?.layers.at(-1);
  return `${layer?.lowerBound ? "≥ " : ""}${layer?.bytes} ${layer?.basis}`;
};
const dockerfile = (run: string, copy = "COPY package*.json ./"): string => `FROM node:20\nWORKDIR /app\n${copy}\nRUN ${run}\n`;
const after = (run: string, files: Files = project): string => shown(dockerfile(run + clean), files);

describe("an install of what this machine has installed too", () => {
  it("weighs what lies there, without what is for development only: the lock file says what is", () => {
    assert.equal(after("npm ci --omit=dev"), "1230 typical");
    assert.equal(after("npm ci"), "408230 typical");
    assert.equal(after("npm install --production --no-optional"), "1200 typical");
    assert.equal(shown(dockerfile(`NODE_ENV=production npm i${clean}`), project), "1230 typical");
  });

  it("says so, with the place the number is from", () => {
    const text = dockerfile(`npm ci${clean}`);
    const analysis = analyze(text, worldOf(project, "node_modules\n"));
    assert.equal(analysis.toJSON().image.stages[0]?.layers.at(-1)?.source, "this machine's node_modules, by package-lock.json");
    const hover = hoverAt(analysis, text.indexOf("RUN") + 1);
    assert.match(
      hover?.text ?? "",
      /≈ 408 kB\*\* in this layer \(amd64\): a typical value \(this machine's node_modules, by package-lock\.json\)/,
    );
    assert.match(hover?.text ?? "", /- development dependencies: ≈ 407 kB/);
  });

  it("is found where the copied package.json comes from, whatever it is copied with", () => {
    const below = Object.fromEntries(Object.entries(project).map(([path, content]) => [`web/${path}`, content]));
    assert.equal(
      shown(dockerfile(`npm ci --omit=dev${clean}`, "COPY web/package.json web/package-lock.json ./"), below, "**/node_modules"),
      "1230 typical",
    );
    assert.equal(shown(dockerfile(`npm ci --omit=dev${clean}`, "COPY . ."), project), "1230 typical");
    assert.equal(shown(dockerfile(`cd web && npm ci --omit=dev${clean}`, "COPY . ."), below, "**/node_modules"), "1230 typical");
    const mount = "--mount=type=bind,source=package.json,target=package.json";
    assert.equal(shown(dockerfile(`${mount} npm ci --omit=dev${clean}`, "COPY app.js ."), { ...project, "app.js": 5 }), "1230 typical");
  });

  it("reads the lock file of npm 6, and one that npm publishes with a package", () => {
    const nested = JSON.stringify({
      lockfileVersion: 1,
      dependencies: { web: { dependencies: { old: {} } }, "@s/part": {}, tester: { dev: true, dependencies: { old: { dev: true } } } },
    });
    assert.equal(after("npm ci --omit=dev", { ...project, "package-lock.json": nested }), "1230 typical");
    assert.equal(after("npm ci --omit=dev", { ...project, "npm-shrinkwrap.json": nested, "package-lock.json": "{" }), "1230 typical");
  });

  it("gives no error for a lock file that is nested without end", () => {
    const depth = 20_000;
    const nested = `{"dependencies":${'{"web":{"dependencies":'.repeat(depth)}{}${"}}".repeat(depth)}}`;
    assert.equal(
      shown(`FROM node:20\nCOPY package*.json ./\nRUN npm ci${clean}\n`, { ...project, "package-lock.json": nested }),
      "≥ 1000 typical",
    );
  });

  it("reads yarn.lock: what can be reached from the dependencies", () => {
    const yarn =
      '# yarn lockfile v1\n\n"@s/part@^1.0.0":\n  version "1.0.1"\n\nold@1:\n  version "1.0.0"\n\ntester@^1.0.0:\n  version "1.2.0"\n  dependencies:\n    old "1"\n\n' +
      'web@^0.9.0, web@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    old "1"\n  optionalDependencies:\n    "@s/part" "^1.0.0"\n    fsevents "*"\n';
    const files = { ...modules, "package.json": manifest, "yarn.lock": yarn };
    const text = (flags: string) =>
      dockerfile(`export DISABLE_V8_COMPILE_CACHE=1; yarn install ${flags} && yarn cache clean`, "COPY package.json yarn.lock ./");
    assert.equal(shown(text("--production"), files), "1230 typical");
    assert.equal(shown(text("--frozen-lockfile"), files), `${1230 + 407_000 + 3_000_000} typical`);
    const later = { ...files, "yarn.lock": `__metadata:\n  version: 6\n${yarn}` };
    assert.equal(shown(text("--production"), later), "≥ 0 unknown");
  });

  it("is a lower bound where something is missing there, or stores more elsewhere", () => {
    const { "node_modules/web/node_modules/old/index.js": _, ...incomplete } = project;
    assert.equal(after("npm ci --omit=dev", incomplete), "≥ 1030 typical");
    const browser = { ...project, "node_modules/puppeteer/x": 50, "package-lock.json": lock({ "node_modules/puppeteer": {} }) };
    assert.equal(after("npm ci", browser), "≥ 50 typical");
  });

  it("is not known where nothing tells: other packages, a node_modules that is there already, none on this machine, no lock file", () => {
    assert.equal(after("npm install nobodys-own"), "≥ 0 unknown");
    assert.equal(after("npm ci -w part"), "≥ 0 unknown");
    assert.equal(shown(dockerfile(`npm install${clean}`, "COPY . ."), project, ""), "≥ 0 unknown");
    assert.equal(after("npm ci", { "package.json": manifest, "package-lock.json": "{}" }), "≥ 0 unknown");
    const without = { ...modules, "package.json": manifest };
    assert.equal(after("npm ci", without), "≥ 3408230 typical");
    assert.equal(after("npm ci", { ...without, "package.json": '{"dependencies":{"web":"1"}}' }), "3408230 typical");
    assert.equal(shown("FROM node:20\nWORKDIR /app\nRUN npm ci && npm cache clean --force\n", project), "≥ 0 unknown");
  });

  it("is not known where the lock file lists nothing of what lies there", () => {
    const other = { ...project, "package-lock.json": lock({ "node_modules/another": { dev: true } }) };
    const copied = (files: Files) =>
      shown(
        "FROM node:20 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nFROM node:20\nCOPY --from=deps /app/node_modules /node_modules\n",
        files,
      );
    assert.deepEqual([after("npm ci", other), after("npm ci --omit=dev", other)], ["≥ 0 unknown", "≥ 0 unknown"]);
    assert.equal(copied(other), "≥ 0 unknown");
    const none = { "package.json": "{}", "package-lock.json": lock({}), "node_modules/.package-lock.json": 500 };
    assert.equal(after("npm ci", none), "0 typical", "nothing is installed, and nothing asked for");
  });

  it("gives what leaving development out saves", () => {
    const text = `${dockerfile(`npm ci${clean}`, "COPY package*.json app.js ./")}CMD ["node", "app.js"]\n`;
    const found = analyze(text, worldOf(project, "node_modules\n")).findings.find((f) => f.rule.id === "dev-dependencies-kept");
    assert.match(found?.message ?? "", /≈ 407 kB/);
  });

  it("does not bring what COPY brought: of that the context is the matter", () => {
    const rules = (run: string, files: Files, ignore = "*.log\n") =>
      analyze(`${dockerfile(run, "COPY . .")}CMD ["node", "app.js"]\n`, worldOf(files, ignore)).findings.map((f) => f.rule.id);
    const isTold = (...given: Parameters<typeof rules>) => rules(...given).includes("dev-dependencies-kept");
    assert.equal(isTold(`npm install${clean}`, project), false);
    assert.ok(rules(`npm install${clean}`, project).includes("context-leaky"));
    assert.equal(isTold(`npm install${clean}`, project, "node_modules\n"), true, "the install brings them");
    assert.equal(isTold(`npm ci${clean}`, project), true, "it begins anew");
    const { "node_modules/tester/index.js": _, "node_modules/tester/node_modules/old/index.js": __, ...without } = project;
    assert.equal(isTold(`npm install${clean}`, without), true, "they are not there");
  });
});

describe("composer install", () => {
  const files = (told: object): Files => ({
    "composer.json": "{}",
    "vendor/autoload.php": 10,
    "vendor/composer/installed.json": JSON.stringify(told),
    "vendor/log/log/x.php": 3000,
    "vendor/test/unit/x.php": 800_000,
    "vendor/test/kept/x.php": 50,
  });
  const list = JSON.stringify({ packages: [], dev: true, "dev-package-names": ["test/unit"] }).length;
  const told = { packages: [], dev: true, "dev-package-names": ["test/unit"] };
  const text = (flags: string) => `FROM php:8.5\nWORKDIR /app\nCOPY composer.json ./\nRUN composer install --no-cache ${flags}\n`;

  it("weighs this machine's vendor folder, without what its list has for development", () => {
    assert.equal(shown(text("--no-dev"), files(told), "vendor"), `${10 + list + 3050} typical`);
    assert.equal(shown(text(""), files(told), "vendor"), `${10 + list + 803_050} typical`);
  });

  it("is not known where the list does not say, or was made without them", () => {
    assert.equal(shown(text("--no-dev"), files({ packages: [] }), "vendor"), "≥ 0 unknown");
    assert.match(shown(text(""), files({ ...told, dev: false, "dev-package-names": [] }), "vendor"), /^≥ \d+ typical$/);
    assert.equal(shown(text("").replace("composer.json ./", ". ."), files(told), ""), "≥ 0 unknown");
  });
});

describe("pip install of a requirements file", () => {
  const packages = ".venv/lib/python3.12/site-packages";
  const dist = (name: string, needs: readonly string[], paths: Readonly<Record<string, number>>): Files => ({
    [`${packages}/${name}-1.0.dist-info/METADATA`]: `Name: ${name}\n${needs.map((n) => `Requires-Dist: ${n}\n`).join("")}\nRequires-Dist: prose\n`,
    [`${packages}/${name}-1.0.dist-info/RECORD`]: Object.keys(paths)
      .map((path) => `${path},sha256=x,1\n`)
      .join(""),
    ...Object.fromEntries(
      Object.entries(paths).map(([path, bytes]) => [
        `${packages}/${path}`.replace("site-packages/../../../", "@").replace(/^.*@/, ".venv/"),
        bytes,
      ]),
    ),
  });
  const venv: Files = {
    ".venv/pyvenv.cfg": 100,
    [`${packages}/web/__pycache__/a.cpython-312.pyc`]: 700,
    [`${packages}/web/__pycache__/other.cpython-312.pyc`]: 5,
    ...dist("Web.App", ["core>=1", 'speed; extra == "fast"', 'winonly; sys_platform == "win32"'], {
      "web/a.py": 1000,
      "../../../bin/web": 30,
    }),
    ...dist("core", [], { "core/x.so": 200 }),
    ...dist("speed", [], { "speed/x.so": 9000 }),
    ...dist("tester", [], { "tester/x.py": 500_000 }),
  };
  const text = "FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n";
  const installs = (requirements: string, files = venv): string => shown(text, { ...files, "requirements.txt": requirements }, ".venv");

  it("weighs what the project's own environment has of it, with what that needs", () => {
    assert.equal(installs("web_app==1.0  # ours\n"), "1930 typical");
    assert.equal(installs('--index-url https://x/y\nweb-app[fast]>=1 ; python_version > "3.8"\n'), "10930 typical");
    assert.equal(installs("core\nweb-app \\\n  --hash=sha256:abc\n"), "1930 typical");
    const source = analyze(text, worldOf({ ...venv, "requirements.txt": "web-app" }, ".venv"))
      .toJSON()
      .image.stages[0]?.layers.at(-1)?.source;
    assert.equal(source, "this machine's .venv");
  });

  it("is a lower bound where something is missing, or nothing is compiled yet", () => {
    assert.equal(installs("core\n"), "≥ 200 typical");
    assert.equal(installs("web-app\n", { ...venv, ...dist("Web.App", ["nowhere"], { "web/a.py": 1000 }) }), "≥ 1700 typical");
  });

  it("is not known where the environment is not of this file, or the file asks for more than packages", () => {
    for (const other of ["web-app\nnot-installed", "-r other.txt", "./wheels/a.whl", "web-app @ git+https://x/y", "-e .", ""])
      assert.equal(installs(`${other}\n`), "≥ 0 unknown", other);
    const { ".venv/pyvenv.cfg": _, ...none } = venv;
    assert.equal(installs("web-app\n", none), "≥ 0 unknown");
  });
});

describe("a node_modules on disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ballast-installed-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const put = (files: Files): void => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), typeof content === "number" ? new Uint8Array(content) : content);
    }
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  };
  const onDisk = async (text: string): Promise<string> => {
    const disk = await diskContext(join(folder, "Dockerfile"), parseDockerfile(text), { measurer: new Measurer() });
    const layer = analyze(text, { ...worldOf(), ...(disk && { context: disk.context }) }).image.stages[0]?.steps.at(-1)?.layer;
    return `${layer?.size.lowerBound ? "≥ " : ""}${layer?.size.bytes} ${layer?.size.basis}`;
  };

  it("is seen though the ignore file keeps it from the build, with the lock file that a folder brings", async () => {
    put({ ...project, ".dockerignore": "node_modules\n", Dockerfile: "" });
    assert.equal(await onDisk(dockerfile(`npm ci --omit=dev${clean}`)), "1230 typical");
    assert.equal(await onDisk(dockerfile(`npm ci${clean}`, "COPY . .")), "408230 typical");
  });

  it("is one of several: an environment of Python, a vendor folder", async () => {
    const site = "venv/lib/python3.12/site-packages";
    put({
      "requirements.txt": "a",
      "venv/pyvenv.cfg": 10,
      [`${site}/a/x.py`]: 500,
      [`${site}/a/__pycache__/x.cpython-312.pyc`]: 300,
      [`${site}/a-1.dist-info/METADATA`]: "Name: a\n\n",
      [`${site}/a-1.dist-info/RECORD`]: "a/x.py,,\n",
      "composer.json": "{}",
      "vendor/composer/installed.json": '{"dev":true,"dev-package-names":[]}',
      "vendor/b/b/x.php": 400,
      ".dockerignore": "venv\nvendor\n",
      Dockerfile: "",
    });
    assert.equal(
      await onDisk("FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"),
      "800 typical",
    );
    assert.equal(await onDisk("FROM php:8.5\nWORKDIR /a\nCOPY . .\nRUN composer install --no-dev --no-cache\n"), "435 typical");
  });

  it("of pnpm tells by its links what needs what", async () => {
    put({
      "package.json": manifest,
      "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
      "node_modules/.modules.yaml": 900,
      "node_modules/.pnpm/lock.yaml": 800,
      "node_modules/.pnpm/web@1.0.0/node_modules/web/index.js": 1000,
      "node_modules/.pnpm/@s+part@1.0.0_web@1.0.0/node_modules/@s/part/index.js": 30,
      "node_modules/.pnpm/tester@1.0.0/node_modules/tester/index.js": 400_000,
    });
    link("node_modules/web", ".pnpm/web@1.0.0/node_modules/web");
    link("node_modules/tester", ".pnpm/tester@1.0.0/node_modules/tester");
    link("node_modules/.pnpm/web@1.0.0/node_modules/@s/part", "../../../@s+part@1.0.0_web@1.0.0/node_modules/@s/part");
    const text = (flags: string) => dockerfile(`pnpm install ${flags}`, "COPY package.json pnpm-lock.yaml ./");
    // What it keeps of the index, nobody knows.
    assert.equal(await onDisk(text("--prod")), "≥ 1030 typical");
    assert.equal(await onDisk(text("--frozen-lockfile")), "≥ 401030 typical");
    assert.equal(await onDisk(text("--filter web")), "≥ 0 unknown");
  });
});
