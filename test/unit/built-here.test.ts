import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { hoverAt } from "../../server/src/hovers/index.ts";
import { worldOf } from "./support/world.ts";

/** The last layer of the image, in short. */
const last = (text: string, files: Readonly<Record<string, number>>, ignore: string): string => {
  const { stages } = analyze(text, worldOf(files, ignore)).toJSON().image;
  const layer = stages.at(-1)?.layers.at(-1);
  return `${layer?.lowerBound ? "≥ " : ""}${layer?.bytes} ${layer?.basis}`;
};
const stages = (base: string, build: string, from: string): string =>
  `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN ${build}\n\nFROM scratch\nCOPY --from=build ${from} /made\n`;

describe("what a build makes of which this machine has one", () => {
  const rust = {
    "Cargo.toml": 90,
    "src/main.rs": 50,
    "target/release/app": 3_500_000,
    "target/release/app.d": 80,
    "target/debug/app": 9_000_000,
  };
  const java = { "pom.xml": 900, "api/pom.xml": 300, "api/target/api-1.0.jar": 20_000_000, "target/parent.jar": 1000 };
  const web = {
    "package.json": 90,
    "dist/index.html": 400,
    "dist/assets/app.js": 1_200_000,
    "dist/cache/x": 5_000_000,
    "build/notes.md": 70,
  };

  it("weighs about as much: a program of cargo, of the profile that is built", () => {
    assert.equal(last(stages("rust:1", "cargo build --release", "/src/target/release/app"), rust, "target\n"), "3500000 typical");
    assert.equal(last(stages("rust:1", "cargo build", "/src/target/debug/app"), rust, "target\n"), "9000000 typical");
    assert.equal(last(stages("rust:1", "cargo build --release", "/src/target/release/other"), rust, "target\n"), "≥ 0 unknown");
    assert.equal(last(stages("rust:1", "cargo check", "/src/target/release/app"), rust, "target\n"), "≥ 0 unknown");
  });

  it("so does a program of Go, where it is built at the same place", () => {
    const go = { "go.mod": 90, "cmd/server/main.go": 50, "bin/server": 12_000_000 };
    assert.equal(last(stages("golang:1.27", "go build -o bin/server ./cmd/server", "/src/bin/server"), go, "bin\n"), "12000000 typical");
    assert.equal(last(stages("golang:1.27", "go build ./cmd/server", "/src/server"), go, "bin\n"), "≥ 0 unknown");
    assert.equal(last(stages("golang:1.27", "go build -o /bin/server ./cmd/server", "/bin/server"), go, "bin\n"), "≥ 0 unknown");
  });

  it("so do the jars of Maven and Gradle, those of modules too", () => {
    const maven = stages("maven:3", "mvn -q package", "/src/api/target/*.jar");
    assert.equal(last(maven, java, "**/target\n"), "20000000 typical");
    const gradle = { "build.gradle.kts": 500, "build/libs/app.jar": 15_000_000 };
    assert.equal(last(stages("gradle:8", "gradle bootJar", "/src/build/libs/app.jar"), gradle, "build\n"), "15000000 typical");
  });

  it("so does what a project's build script makes, but for its caches, and in a folder that is not something else's", () => {
    const build = (script: string, from: string): string => last(stages("node:22", script, from), web, "dist\nnode_modules\n");
    assert.equal(build("npm run build", "/src/dist/assets/app.js"), "1200000 typical");
    // A script may write more there.
    assert.equal(build("npm run build", "/src/dist"), "≥ 1200400 typical");
    assert.equal(build("yarn lint", "/src/dist"), "≥ 0 unknown");
    assert.equal(build("npm run build", "/src/build/notes.md"), "≥ 0 unknown");
  });

  it("says where the number is from", () => {
    const text = stages("rust:1", "cargo build --release", "/src/target/release/app");
    const hover = hoverAt(analyze(text, worldOf(rust, "target\n")), text.indexOf("RUN") + 1);
    assert.match(hover?.text ?? "", /this machine's target\/release/);
  });

  it("is nothing where the build may not run, or where nobody knows the project", () => {
    const text = stages("rust:1", 'if [ "$FAST" = 1 ]; then cargo build --release; fi', "/src/target/release/app");
    assert.equal(last(text, rust, "target\n"), "≥ 0 unknown");
    assert.equal(last(stages("rust:1", "cd /else && cargo build --release", "/else/target/release/app"), rust, "target\n"), "≥ 0 unknown");
  });
});
