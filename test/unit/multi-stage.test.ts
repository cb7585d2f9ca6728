import assert from "node:assert/strict";
import type { Analysis, Offer } from "../../server/src/analysis.ts";
import { analyze } from "../../server/src/analyze.ts";
import { find } from "../../server/src/image/files.ts";
import { analyze as analyzeBuiltIn } from "../../server/src/index.ts";
import { applyEdits, areApart } from "../../server/src/text.ts";
import { fixturesOf } from "./support/fixtures.ts";
import { placesIn } from "./support/sample.ts";
import { worldOf } from "./support/world.ts";

const offerIn = (analysis: Analysis): Offer | undefined => {
  const offers = analysis.refactorings.filter((o) => o.id === "multi-stage");
  assert.ok(offers.length <= 1, "one offer at most");
  return offers[0];
};

const lines = (...text: string[]): string => `${text.join("\n")}\n`;

describe("convert to multi-stage", () => {
  const fixtures = fixturesOf("refactorings/multi-stage");

  for (const { name, text, fixed, world } of fixtures) {
    it(fixed === undefined ? `offers nothing for ${name}` : `rewrites ${name}`, () => {
      const before = analyze(text, world);
      const offer = offerIn(before);
      if (fixed === undefined) return assert.equal(offer && applyEdits(text, offer.edits), undefined);
      assert.ok(offer);
      assert.equal(applyEdits(text, offer.edits), fixed);
      assert.ok(areApart(offer.edits));
      const after = analyze(fixed, world);
      assert.equal(offerIn(after), undefined, "once is enough");
      for (const comment of before.file.comments)
        assert.ok(
          after.file.comments.some((c) => c.text === comment.text),
          comment.text,
        );
      assert.ok((offer.saving.bytes ?? 1) > 0);
    });
  }

  it("stands any prefix of a file", () => {
    for (const { text, world } of fixtures) {
      for (const end of placesIn(text.length, 310, 31)) {
        for (const { edits } of analyze(text.slice(0, end), world).refactorings) assert.ok(areApart(edits));
      }
    }
  }).timeout(300_000);

  it("is tested both ways", () => {
    assert.ok(fixtures.filter((f) => f.fixed !== undefined).length >= 20);
    assert.ok(fixtures.filter((f) => f.fixed === undefined).length >= 10);
  });

  it("reads Go's sources: C that they compile needs its library, and the files that they name go along", () => {
    const text = lines("FROM golang:1.25-bookworm", "WORKDIR /app", "COPY . .", "RUN go build -o /usr/local/bin/serve .", 'CMD ["serve"]');
    const of = (files: Record<string, string>) => {
      const offer = offerIn(analyze(text, worldOf({ "go.mod": "module serve\n", ...files })));
      return [offer?.title ?? "", offer ? applyEdits(text, offer.edits) : ""] as const;
    };
    const main = 'package main\n\nimport "os"\n\nfunc main() { os.ReadFile("./serve.json") }\n';
    const [plain, taken] = of({ "main.go": main, "serve.json": "{}", "other.json": "{}" });
    assert.match(plain, /static binary on alpine:\S+ \(check first: \/app\/other\.json stays in the build stage\)/);
    assert.match(taken, /COPY --from=build \/app\/serve\.json \/app\/serve\.json\n/);
    for (const c of ['// #include <stdio.h>\nimport "C"', 'import (\n\t"os"\n\t"C"\n)'])
      assert.match(of({ "main.go": main, "tty/tty.go": `package tty\n\n${c}\n` })[0], /: the binary on debian:bookworm-slim/);
    assert.match(of({ "main.go": main, "tty/tty_test.go": 'package tty\n\nimport "C"\n' })[0], /static binary/);
  });

  it("saves some 840 MB on golang:1.25: what is left is alpine and the binary", () => {
    const text = lines("FROM golang:1.25", "WORKDIR /app", "COPY . .", "RUN go build -o /app/server .", 'CMD ["/app/server"]');
    const before = analyzeBuiltIn(text);
    const offer = offerIn(before);
    assert.match(offer?.title ?? "", /^Convert to multi-stage: static binary on alpine:3\.\d+/);
    const saved = offer?.saving;
    assert.ok(saved?.bytes !== undefined && saved.bytes > 830_000_000 && saved.bytes < 850_000_000, String(saved?.bytes));
    assert.equal(saved.lowerBound, true, "the caches of the go command go too, whatever they are");
    const after = analyzeBuiltIn(applyEdits(text, offer?.edits ?? []));
    assert.equal(after.image.size.lowerBound, true, "the binary");
    assert.ok(after.image.size.bytes > 8_300_000 && after.image.size.bytes < 8_500_000);
    assert.equal(before.image.size.bytes - after.image.size.bytes, saved.bytes);
    const end = after.image.stages[after.image.target]?.end;
    const binary = end && find(end.root, "/app/server");
    assert.equal(binary?.type === "file" && binary.entry.id, "file:/app/server", "the same unknown as before");
  });

  it("leaves the base and the binary of hello.c", () => {
    const text = lines(
      "FROM ubuntu:24.04",
      "RUN apt-get update && apt-get install -y build-essential",
      "COPY hello.c /",
      "RUN make hello",
      'CMD ["/hello"]',
    );
    const offer = offerIn(analyzeBuiltIn(text));
    assert.match(offer?.title ?? "", /^Convert to multi-stage: the binary on ubuntu:24\.04, without the compiler/);
    const { image } = analyzeBuiltIn(applyEdits(text, offer?.edits ?? []));
    const target = image.stages[image.target];
    const stored = target?.steps.flatMap((s) => s.layer?.entries.map((e) => e.path) ?? []);
    assert.deepEqual(stored, ["/", "/hello"]);
  });

  it("knows what it saves where packages and data are there too: packages put nothing into the program's folder", () => {
    const text = lines(
      ...[
        "FROM debian:bookworm",
        "RUN apt-get update && apt-get install -y golang-go",
        "WORKDIR /app",
        "COPY . .",
        "RUN go build -o server .",
      ],
      'CMD ["./server"]',
    );
    const offer = offerIn(analyze(text, worldOf({ "main.go": 100, "go.mod": 10, "templates/a.html": 50 })));
    assert.ok((offer?.saving.bytes ?? 0) > 300_000_000, String(offer?.saving.bytes));
  });

  const titleOf = (name: string): string => {
    const fixture = fixtures.find((f) => f.name.endsWith(`/${name}.Dockerfile`));
    return (fixture && offerIn(analyze(fixture.text, fixture.world))?.title) ?? "";
  };

  it("says which data stays behind", () => {
    assert.match(titleOf("go-data"), /\(check first: .*\/app\/settings\.yml.*\)/);
    assert.doesNotMatch(titleOf("go-data"), /README|package\.json|vendor|testdata|config\.go/);
  });

  it("says that other files may be read, where the context is not known", () => {
    assert.match(titleOf("go-crlf"), /check first: whatever else it reads in \/app stays in the build stage/);
    assert.doesNotMatch(titleOf("go-seed"), /check first/);
  });

  it("says which tool the health check misses", () => {
    assert.match(titleOf("go-second-stage"), /HEALTHCHECK runs curl, which the run stage lacks/);
  });

  it("takes --target's name over", () => {
    const text = lines("FROM golang:1.25 AS build", "COPY . /src", "RUN go build -C /src -o /server .", 'CMD ["/server"]');
    const world = { target: "build" };
    const offer = offerIn(analyzeBuiltIn(text, world));
    assert.match(
      offer ? applyEdits(text, offer.edits) : "",
      /^FROM golang:1\.25 AS build2\n[\s\S]*FROM alpine:\S+ AS build\nCOPY --from=build2 \/server \/server\n/,
    );
  });

  it("keeps to the same C library for a module that needs cgo", () => {
    const files = { "go.mod": "module x\nrequire github.com/mattn/go-sqlite3 v1.14.0\n", "main.go": "package main\n" };
    const text = lines("FROM golang:1.25", "WORKDIR /app", "COPY . .", "RUN go build -o server", 'CMD ["./server"]');
    const offer = offerIn(analyze(text, worldOf(files)));
    assert.match(offer ? applyEdits(text, offer.edits) : "", /FROM debian:trixie-slim\n/);
  });
});
