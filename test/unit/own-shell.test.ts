import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const fetched = "wget https://example.com/x.zip -O /tmp/x.zip";
const gone = "unzip /tmp/x.zip && rm /tmp/x.zip";

/** What removed-later would write for a RUN that fetches and one that removes. */
const written = (first: string, settings: readonly string[] = [], second = gone): string[] =>
  analyze(["FROM debian:bookworm-slim", ...settings, `RUN ${first}`, `RUN ${second}`, ""].join("\n"), worldOf())
    .findings.filter((f) => f.rule.id === "removed-later")
    .flatMap((f) => f.fixes.flatMap((fix) => fix.edits.map((e) => e.text)));

describe("RUNs are not made one", () => {
  it("where the folder that they stand in goes", () => {
    const folder = ["WORKDIR /app"];
    assert.deepEqual(written(`rm -rf /app && mkdir /app && ${fetched}`, folder), []);
    assert.deepEqual(written(`${fetched} && mv /app /old && mkdir /app`, folder), []);
    assert.equal(written(`rm -rf /app/* && ${fetched}`, folder).length, 1);
  });

  it("where the shell reads when it starts what may have been written", () => {
    assert.deepEqual(written(`${fetched} && echo 'export A=1' >> ~/.profile`, ['SHELL ["/bin/bash", "-lc"]']), []);
    assert.deepEqual(written(`${fetched} && echo 'export A=1' >> ~/.env`, ['SHELL ["/bin/bash", "-c"]', "ENV BASH_ENV=/root/.env"]), []);
    assert.equal(written(fetched, ['SHELL ["/bin/bash", "-c"]']).length, 1);
  });

  it("where something goes on that ended with its RUN", () => {
    assert.deepEqual(written(`${fetched} && service mysql start && mysql -e 'create database x'`), []);
    assert.deepEqual(written(`${fetched} && if true; then Xvfb :99 & fi`), []);
    assert.deepEqual(written(`${fetched} && nginx --daemon`), []);
  });

  it("where a group counts from the next process on", () => {
    assert.deepEqual(written(`${fetched} && usermod -aG video root`), []);
    assert.equal(written(`${fetched} && usermod -aG video other`).length, 1);
  });

  it("but with the first in brackets, where it replaces a program that its shell has found", () => {
    const [text] = written(`pip install --upgrade pip && ${fetched}`, [], `pip install flask && ${gone}`);
    assert.match(text ?? "", /^RUN \( pip install --upgrade pip && wget .* \) \\\n/);
    const [self] = written(`npm install -g npm@11 && ${fetched}`);
    assert.match(self ?? "", /^RUN \( npm install/);
    const [plain] = written(`pip install flask && ${fetched}`);
    assert.match(plain ?? "", /^RUN pip install/);
  });
});

describe("a removal that moves", () => {
  it("has all the variables of the RUN that it comes to", () => {
    const text = [
      "FROM debian:bookworm-slim",
      "ENV V=1.2.3",
      "ENV ARCH=amd64",
      "RUN wget https://example.com/$V-$ARCH.tgz -O /opt/a-$V-$ARCH.tgz && wget https://example.com/b -O /opt/b.tgz",
      "ENV X=1",
      "RUN rm /opt/a-* /opt/b.*",
      "",
    ].join("\n");
    const [finding] = analyze(text, worldOf()).findings.filter((f) => f.rule.id === "removed-later");
    assert.ok(finding?.fixes[0]?.edits.some((e) => e.text.includes(`/opt/a-${"$"}{V}-${"$"}{ARCH}.tgz`)));
  });
});
