import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { type ContextNode, folder } from "../../server/src/image/context.ts";
import { layers } from "./support/layers.ts";
import { worldOf } from "./support/world.ts";

describe("what is copied and unpacked", () => {
  it("COPY of a file into a folder is a file there, in a context that nobody knows too", () => {
    const { image } = analyze("FROM debian:bookworm\nCOPY hello.c conf.d src /srv/\n", worldOf());
    const paths = image.stages[0]?.steps[1]?.layer?.entries.map((e) => `${e.path} ${e.entry.id}`);
    assert.deepEqual(paths?.sort(), ["/srv context:conf.d", "/srv context:src", "/srv/hello.c context:hello.c"]);
  });

  it("COPY follows a link that is named, not one inside a folder", () => {
    const file = { kind: "file", bytes: 700, mode: 0o644 } as const;
    const link = { kind: "link", target: "real" } as const;
    const inner = folder(
      new Map<string, ContextNode>([
        ["real", file],
        ["alias", link],
      ]),
    );
    const root = folder(
      new Map<string, ContextNode>([
        ["real", file],
        ["alias", link],
        ["dir", inner],
      ]),
    );
    assert.equal(layers(["COPY alias /srv/", "COPY dir /srv/dir"], "debian:bookworm", { ...worldOf(), context: { root } }), "700 700");
  });

  it("tar unpacks an archive of the context, copied or mounted", () => {
    const root = folder(new Map<string, ContextNode>([["a.tgz", { kind: "file", bytes: 90, mode: 0o644, archive: { bytes: 5000 } }]]));
    const world = { ...worldOf(), context: { root } };
    assert.equal(layers(["COPY a.tgz /tmp/", "RUN tar xzf /tmp/a.tgz -C /opt && rm /tmp/a.tgz"], "debian:bookworm", world), "90 5000");
    assert.equal(
      layers(["RUN --mount=type=bind,target=/c tar -x -f /c/a.tgz -C /opt --strip-components=1"], "debian:bookworm", world),
      "5000",
    );
    assert.equal(layers(["COPY a.tgz /", "RUN tar xf a.tgz only/this"], "debian:bookworm", world), "90 ≥0");
  });

  it("what a stage has from below, and a COPY brings from it once more, is there once", () => {
    const root = folder(new Map<string, ContextNode>([["a.tgz", { kind: "file", bytes: 90, mode: 0o644, archive: { bytes: 5000 } }]]));
    const lines = ["FROM debian:bookworm AS a", "ADD a.tgz /w/", "FROM a AS b", "FROM a", "COPY --from=b /w /w", "RUN chown -R 1 /w", ""];
    const { image } = analyze(lines.join("\n"), { ...worldOf(), context: { root } });
    assert.deepEqual(
      image.stages[2]?.steps.slice(1).map((step) => step.layer?.size.bytes),
      [5000, 5000],
    );
  });

  it("of an archive only the whole is known", () => {
    const root = folder(new Map<string, ContextNode>([["a.tgz", { kind: "file", bytes: 90, mode: 0o644, archive: { bytes: 5000 } }]]));
    const cases: [string[], string][] = [
      [["ADD a.tgz /w", "RUN rm -r /w/t/d", "RUN cp -a /w /v"], "5000 0 ≥0"],
      [["ADD a.tgz /w", "RUN rm /w/t/*.txt", "RUN chown -R 1 /w"], "5000 0 ≥0"],
      [["ADD a.tgz /w", "RUN rm -rf /w/t/*", "RUN mv /w /v"], "5000 0 ≥0"],
      [["ADD a.tgz /w", "RUN find /w -name 'f*' -delete", "RUN cp -a /w /v"], "5000 0 ≥0"],
      [["ADD a.tgz /w", "RUN mv /w/t/d /d", "RUN cp -a /w /v"], "5000 ≥0 ≥0"],
      [["COPY a.tgz /", "RUN tar xzf /a.tgz -C /opt && rm -rf /opt/t/d /a.tgz"], "90 ≥0"],
      [["COPY a.tgz /", "RUN tar xzf /a.tgz -C /opt && mv /opt/t/d /d && rm -rf /d"], "90 ≥0"],
      [["ADD a.tgz /w", "RUN rm -f /none /w.log && touch /w.log && rm /w.log", "RUN cp -a /w /v"], "5000 0 5000"],
      [["ADD a.tgz /w", "RUN rm -rf /tmp/x /var/lib/apt/lists/*", "RUN cp -a /w /v"], "5000 0 5000"],
    ];
    for (const [lines, expected] of cases)
      assert.equal(layers(lines, "debian:bookworm", { ...worldOf(), context: { root } }), expected, lines.join("; "));
  });

  it("hard links inside a copied folder are one file", () => {
    const file = { kind: "file", bytes: 700, mode: 0o644, inode: "7" } as const;
    const dir = folder(
      new Map<string, ContextNode>([
        ["a", file],
        [
          "deep",
          folder(
            new Map<string, ContextNode>([
              ["b", file],
              ["c", file],
            ]),
          ),
        ],
      ]),
    );
    assert.equal(dir.bytes, 700);
    assert.equal(
      layers(["COPY dir /srv/dir"], "debian:bookworm", {
        ...worldOf(),
        context: { root: folder(new Map<string, ContextNode>([["dir", dir]])) },
      }),
      "700",
    );
  });

  it("names in items a file of several names once", () => {
    const file = { kind: "file", bytes: 700, mode: 0o644, inode: "7" } as const;
    const root = folder(
      new Map<string, ContextNode>([
        ["a", file],
        ["b", file],
      ]),
    );
    const { image } = analyze("FROM debian:bookworm\nCOPY a b /srv/\n", { ...worldOf(), context: { root } }).toJSON();
    const layer = image.stages[0]?.layers[1];
    assert.equal(layer?.bytes, 700);
    assert.deepEqual(
      layer?.items.map((item) => item.bytes),
      [700],
    );
  });

  it("has no package of less than nothing", () => {
    const { image } = analyze("FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y krb5-locales\n", worldOf()).toJSON();
    const items = image.stages[0]?.layers[1]?.items ?? [];
    assert.ok(items.length > 1);
    for (const item of items) assert.ok(item.bytes >= 0, `${item.what}: ${item.bytes}`);
  });
});
