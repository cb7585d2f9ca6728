import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { stepUses, type Use } from "../../server/src/build/uses.ts";
import { modeAfter, ownerParts } from "../../server/src/commands/owners.ts";
import { contextFolder } from "../../server/src/image/context.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

/** Whether the last RUN uses a path. */
function use(run: string, path: string, folder = false): Use | undefined {
  const { subject } = analyze(`FROM debian:bookworm\nARG UNSET\nARG MODE=full\nWORKDIR /work\nRUN ${run}\n`);
  const step = subject.steps.at(-1);
  return step && stepUses(step, { path, folder });
}

describe("what a RUN uses", () => {
  const archive = "/tmp/a.tgz";
  const cases: [run: string, expected: Use][] = [
    ["tar xf /tmp/a.tgz -C /opt", "yes"],
    ["cd /tmp && tar --extract --file=a.tgz", "yes"],
    ["tar xf ../tmp/a.tgz", "yes"],
    ["sha256sum < /tmp/a.tgz", "yes"],
    ["tar xf /tmp/*.tgz", "yes"],
    ["cp -r /tmp /backup", "yes"],
    ["mv /opt/x /tmp/", "no"],
    ["curl -o /tmp/b.tgz https://example.com/tmp/a.tgz", "no"],
    ["tar xf /tmp/b.tgz -C /tmp", "no"],
    ["tar xf $UNSET", "maybe"],
    ["tar xf /opt/$UNSET.tgz", "no"],
    ["tar xf /tmp/$UNSET.tgz", "maybe"],
    ["some-tool", "maybe"],
    ["cd /tmp && make", "maybe"],
    ["npm ci", "no"],
    ["cd /tmp && npm ci", "maybe"],
    // By its version, its place or its other name it is the same tool.
    ["cd /tmp && pip install flask", "maybe"],
    ["cd /tmp && pip3.11 install flask", "maybe"],
    ["cd /tmp && /opt/venv/bin/pip install flask", "maybe"],
    ["cd /tmp && python3.11 -m pip install flask", "maybe"],
    ["cd /tmp && bundle install", "maybe"],
    ["cd /tmp && bundler install", "maybe"],
    ["pip3 install --target /tmp flask", "no"],
    ["pip3.11 install --target /tmp flask", "no"],
    ["echo /tmp/a.tgz", "no"],
    ["useradd -d /tmp/a.tgz app", "no"],
    ["apt-get install -y /tmp/a.tgz", "yes"],
    ["[ -f /tmp/a.tgz ] || echo none", "yes"],
    ["sh -c 'cat /tmp/a.tgz'", "yes"],
    // Of what is not followed to its end nobody knows what it uses.
    [`[ "$MODE" = x ] && { ${"test a; ".repeat(600)} tar xf /tmp/a.tgz; }; true`, "maybe"],
    [
      `if [ "$MODE" = x ]; then ${"test a; ".repeat(300)} fi; if [ "$MODE" = x ]; then ${"true; ".repeat(300)} tar xf /tmp/a.tgz; fi`,
      "maybe",
    ],
    [`${"test a; ".repeat(6_000)} tar xf /tmp/a.tgz`, "maybe"],
    ["f() { f; }; f", "maybe"],
  ];
  for (const [run, expected] of cases) it(`${run}: ${expected}`, () => assert.equal(use(run, archive), expected));

  const untold: [run: string, path: string, expected: Use][] = [
    ["yum install -y jq", "/etc/yum.repos.d/own.repo", "yes"],
    ["yumdownloader jq", "/etc/yum.repos.d/own.repo", "yes"],
    ["repoquery jq", "/etc/pki/rpm-gpg/RPM-GPG-KEY-own", "yes"],
    ["dnf -y upgrade", "/etc/yum.repos.d/own.repo", "yes"],
    ["apt-get update", "/etc/apt/sources.list.d/own.list", "yes"],
    ["apt update", "/etc/apt/trusted.gpg.d/own.gpg", "yes"],
    ["apk add jq", "/etc/apk/repositories.d/own.list", "yes"],
    ["pip3 install flask", "/etc/pip.conf", "yes"],
    ["python3 -m pip install flask", "/root/.config/pip/pip.conf", "yes"],
    ["npm ci", "/root/.npmrc", "yes"],
    ["sudo -u app npm ci", "/home/app/.npmrc", "yes"],
    ["npm ci", "/home/app/.npmrc", "no"],
    ["pip install flask", "/etc/yum.repos.d/own.repo", "no"],
    ["echo jq", "/etc/pip.conf", "no"],
  ];
  for (const [run, path, expected] of untold) it(`${run}: ${path}: ${expected}`, () => assert.equal(use(run, path), expected));

  const folders: [run: string, path: string, expected: Use][] = [
    ["ls /src/sub", "/src", "yes"],
    ["mkdir -p /src/new", "/src", "yes"],
    ["install -d /src/new", "/src", "yes"],
    ["cd /src && true", "/src", "yes"],
    ["pwd", "/work", "yes"],
    ["tar xf /a.tgz -C /opt", "/opt/tool", "yes"],
    ["apt-get update && apt-get install -y curl", "/usr/share/doc", "yes"],
    ["apt-get update && apt-get install -y curl", "/src", "no"],
    ["touch /other", "/src", "no"],
  ];
  for (const [run, path, expected] of folders) it(`${run}, of ${path}: ${expected}`, () => assert.equal(use(run, path, true), expected));
});

describe("owners and modes", () => {
  it("are read as chown reads them", () => {
    const parts = (value: string, verb: "chown" | "chgrp" = "chown") => ownerParts({ verb }, value);
    assert.deepEqual(parts("app"), { user: "app", group: "" });
    assert.deepEqual(parts("app:web"), { user: "app", group: "web" });
    assert.deepEqual(parts("app.web"), { user: "app", group: "web" });
    assert.deepEqual(parts(":web"), { user: "", group: "web" });
    assert.deepEqual(parts("web", "chgrp"), { user: "", group: "web" });
    assert.equal(parts("app:"), undefined);
  });

  it("are added up as chmod adds them", () => {
    const mode = (value: string, before?: number) => modeAfter(value, before)?.toString(8);
    assert.equal(mode("750"), "750");
    assert.equal(mode("0755", 0o600), "755");
    assert.equal(mode("+x", 0o644), "755");
    assert.equal(mode("+x", 0o600), "711");
    assert.equal(mode("u+x", 0o644), "744");
    assert.equal(mode("ug+rwx", 0o644), "774");
    // The umask, 022, keeps others from writing.
    assert.equal(mode("+w", 0o444), "644");
    assert.equal(mode("a+w", 0o444), "666");
    assert.equal(mode("+x"), undefined);
    assert.equal(mode("g=u", 0o644), undefined);
    assert.equal(mode("u+x,g-w", 0o644), undefined);
  });
});

describe("a removal that moves up", () => {
  /** How sure the fix is that removes in the RUN that writes; undefined without one. */
  function safetyOf(text: string): string | undefined {
    const { findings } = analyze(`FROM debian:bookworm\n${text}`);
    const fixes = findings.flatMap((f) => (f.rule.id === "removed-later" ? f.fixes : []));
    return fixes.find((f) => f.title.startsWith("Remove "))?.safety;
  }
  const between = (path: string, ...lines: string[]): string =>
    [`RUN curl -fsSL -o ${path} http://example.com/x`, ...lines, `RUN rm ${path}`, ""].join("\n");
  const folder = (...lines: string[]): string =>
    ["RUN mkdir /opt/x && curl -fsSL http://example.com/x | tar xz -C /opt/x", ...lines, "RUN rm -rf /opt/x", ""].join("\n");

  it("is safe over what has nothing to do with the files", () => {
    for (const text of [
      between("/opt/x.bin", "RUN apt-get update && apt-get install -y jq"),
      between("/etc/x.bin", "ENV A=/etc/x.bin", "RUN mkdir /srv/y && echo 1 > /srv/y/z"),
      between("/usr/src/x.tar", "ENV A=b", "RUN curl -fsSL -o /y http://example.com/y"),
      between("/root/.cache/x", "RUN curl -fsSL -o /y http://example.com/y", "ENV A=b"),
      folder("ENV PATH=/opt/y/bin:$PATH", "RUN pip install flask"),
    ])
      assert.equal(safetyOf(text), "safe", text);
  });

  it("is to be reviewed where gpg's agent may still run", () => {
    const first = (text: string): string | undefined =>
      analyze(`FROM debian:bookworm\n${text}`).findings.find((f) => f.rule.id === "removed-later")?.fixes[0]?.safety;
    const file = "curl -fsSL -o /tmp/x.bin http://example.com/x";
    const trust = "mkdir -p /opt && gpg --batch --recv-keys 0123456789ABCDEF";
    assert.equal(first(`RUN ${file} && ls /opt\nRUN rm -rf /tmp/*\n`), "safe");
    for (const before of [`export GNUPGHOME="$(mktemp -d)" && ${trust} && ${file}`, `${trust} && ${file}`])
      assert.equal(first(`RUN ${before}\nRUN rm -rf /tmp/*\n`), "review", before);
    // It is told to end.
    assert.equal(first(`RUN ${trust} && gpgconf --kill all && ${file}\nRUN rm -rf /tmp/*\n`), "safe");
    assert.equal(first(`RUN ${trust} && ${file}\nRUN rm /tmp/x.bin\n`), "safe");
  });

  it("is to be reviewed over programs that find the files by themselves", () => {
    for (const text of [
      between("/root/.netrc", "RUN git clone https://example.com/y /y", "ENV A=b"),
      between("/root/.ssh/id_rsa", "RUN git clone git@example.com:y /y", "ENV A=b"),
      between("/etc/x.dat", "RUN pip install flask", "ENV A=b"),
      between("/etc/x.dat", "RUN apt-get update && apt-get install -y jq", "ENV A=b"),
      between("/root/.bashrc", 'SHELL ["/bin/bash", "-lc"]', "RUN echo 1 > /y"),
      between("/opt/ca.pem", "ENV SSL_CERT_FILE=/opt/ca.pem", "RUN curl -fsSL -o /y https://example.com/y"),
      between("/opt/w/x.whl", "ARG PIP_FIND_LINKS=/opt/w", "RUN pip install flask"),
      folder("ENV PATH=/opt/x/bin:$PATH", "RUN pip install flask"),
      folder("RUN export PATH=/opt/x/bin:$PATH && pip install flask", "ENV A=b"),
      folder("RUN PATH=/opt/x/bin:$PATH pip install flask", "ENV A=b"),
    ])
      assert.equal(safetyOf(text), "review", text);
  });

  it("is none over a package manager that reads the files by itself", () => {
    for (const path of ["/etc/apt/keyrings/x.bin", "/usr/share/keyrings/x.gpg"])
      assert.equal(safetyOf(between(path, "RUN apt-get update && apt-get install -y jq", "ENV A=b")), undefined, path);
  });

  it("is to be reviewed where the default of an argument or the platform decides that nothing uses them, or that they go", () => {
    for (const text of [
      between("/opt/x.bin", "ARG FLAVOR=small", 'RUN if [ "$FLAVOR" = big ]; then cp /opt/x.bin /usr/lib/; fi'),
      between("/opt/x.bin", "ARG FLAVOR=small", 'RUN [ "$FLAVOR" = small ] || cp /opt/x.bin /usr/lib/'),
      between("/opt/x.bin", "ARG FLAVOR=small", 'RUN [ "$FLAVOR" != small ] && cp /opt/x.bin /usr/lib/ || true'),
      between("/opt/x.bin", "ARG FLAVOR=small", 'RUN if [ "$FLAVOR" = small ]; then exit 0; fi; cp /opt/x.bin /usr/lib/'),
      between("/opt/x.bin", "ARG TARGETARCH", 'RUN if [ "$TARGETARCH" = arm64 ]; then mv /opt/x.bin /usr/bin/x; fi'),
      between("/opt/x.bin", 'RUN case "$(uname -m)" in aarch64) cp /opt/x.bin /usr/lib/;; esac', "ENV A=b"),
      between("/opt/x.bin", "ARG MORE=", "RUN for file in $MORE; do cat /opt/x.bin > $file; done"),
      between("/opt/x-1", "ARG V=2", "RUN cp /opt/x-$V /usr/bin/x"),
      between("/opt/x.bin", "ARG KEEP=", "ENV A=b").replace(/RUN rm (.*)/, 'RUN [ -z "$KEEP" ] && rm -f $1 || true'),
      between("/opt/x.bin", "ARG KEEP=", "ENV A=b").replace(/RUN rm (.*)/, 'RUN if [ -z "$KEEP" ]; then rm -f $1; fi'),
    ])
      assert.equal(safetyOf(text), "review", text);
    const silent = between("/opt/x.bin", "ARG FLAVOR=small", 'RUN if [ "$FLAVOR" = big ]; then cp /opt/y.bin /usr/lib/; fi');
    assert.equal(safetyOf(silent), "safe");
  });

  it("is to be reviewed over what a file may tell of them", () => {
    for (const text of [
      folder('RUN echo "deb [trusted=yes] file:/opt/x ./" > /etc/apt/sources.list', "RUN apt-get update && apt-get install -y jq"),
      folder("COPY my.list /etc/apt/sources.list.d/", "RUN apt-get update && apt-get install -y jq"),
      folder("COPY package.json /app/", "RUN cd /app && npm install"),
      folder("RUN pip install -r /srv/all.txt", "ENV A=b"),
      folder("WORKDIR /app", "COPY Gemfile .", "RUN bundle install"),
      between("/srv/x.bin", "WORKDIR /srv", "RUN pip3.11 install flask"),
      folder("WORKDIR /app", "COPY composer.json .", "RUN composer install"),
      folder("RUN gcc -o /usr/bin/a /src/a.c", "ENV A=b"),
      folder("RUN git config --global url.file:///opt/x.insteadOf https://example.com/y && git clone https://example.com/y /y", "ENV A=b"),
      between("/opt/x.bin", "RUN echo a | sed -f /srv/a.sed > /srv/a", "ENV A=b"),
      between("/opt/x.bin", "RUN awk -f /srv/a.awk > /srv/a", "ENV A=b"),
      between("/tmp/x.tgz", "RUN wget -i /files.txt", "ENV A=b"),
      between("/tmp/x.tgz", "RUN curl -K /files.txt", "ENV A=b"),
      between("/opt/x/a.bin", "RUN echo 'cd /opt/x' > /etc/profile.d/x.sh", "RUN bash -lc 'wc -l a.bin' > /srv/n"),
      between("/opt/x.bin", "RUN cat > /srv/y <<END\nread /opt/x.bin\nEND", "RUN some-tool /srv/y"),
    ])
      assert.equal(safetyOf(text), "review", text);
    for (const text of [
      between("/tmp/x.tgz", "COPY package.json /app/", "RUN cd /app && npm install"),
      between("/opt/x.tar.gz", "WORKDIR /app", "RUN bundle install"),
      folder("RUN npm install -g yarn && pip install flask", "ENV A=b"),
      folder("RUN apt-get update && apt-get install -y jq && git clone https://example.com/y /y", "ENV A=b"),
      folder("RUN echo done > /log && printf '/opt/xy' > /list && sed -e s/a/b/ /etc/hosts > /srv/hosts", "ENV A=b"),
    ])
      assert.equal(safetyOf(text), "safe", text);
  });

  it("comes behind what a branch that is not taken does with them", () => {
    const write = 'ARG V=1\nRUN curl -fsSL -o /opt/x http://example.com/x && if [ "$V" = 2 ]; then cp /opt/x /srv; fi && touch /y\n';
    const text = `FROM debian:bookworm\n${write}RUN rm /opt/x\n`;
    const [fix] = analyze(text).findings.find((f) => f.rule.id === "removed-later")?.fixes ?? [];
    assert.match(applyEdits(text, fix?.edits ?? []), /; fi && rm \/opt\/x && touch/);
  });

  it("is none over what uses them through a link", () => {
    const made = "RUN mkdir -p /opt/v2/bin && seq 1 60000 > /opt/v2/data && seq 1 90 > /opt/v2/bin/run";
    for (const [link, ...uses] of [
      ["ln -s v2 /opt/now", "RUN wc -l /opt/now/data > /srv/n"],
      ["ln -s /opt/v2 /srv/now", "RUN cd /srv/now && wc -l data > /srv/n"],
      ["ln -s /opt/v2 /srv/now", "WORKDIR /srv/now", "RUN wc -l data > /srv/n"],
      ["ln -s /opt/v2/data /srv/now", "RUN sort /srv/n* | tail -n 1 > /a"],
      ["ln -s /opt/v2 /srv/now && ln -s now/data /srv/data", "RUN sort < /srv/data > /a"],
      ["ln -s /opt/v2/bin/run /usr/local/bin/run", "RUN run"],
      ["ln -s v2 /opt/now", "COPY a.txt /opt/now/"],
    ])
      for (const apart of [` && ${link}`, `\nRUN ${link}`])
        assert.equal(safetyOf([made + apart, ...uses, "RUN rm -rf /opt/v2", ""].join("\n")), undefined, `${link} ${uses}`);
    const elsewhere = [made, "RUN ln -s /opt/v3 /opt/now", "RUN wc -l /opt/now/data > /srv/n", "RUN rm -rf /opt/v2", ""];
    assert.equal(safetyOf(elsewhere.join("\n")), "safe");
  });

  it("is none over the program itself, in its own RUN behind it", () => {
    for (const path of ["/usr/bin/unzip", "/usr/local/bin/unzip"])
      assert.equal(safetyOf(between(path, "COPY a.zip /tmp/", "RUN unzip /tmp/a.zip -d /opt", "ENV A=b")), undefined, path);
    const text =
      "FROM debian:bookworm\nRUN curl -fsSL -o /usr/bin/jq http://example.com/jq && chmod +x /usr/bin/jq && jq -n 1 > /a\nRUN rm /usr/bin/jq\n";
    const [fix] = analyze(text).findings.find((f) => f.rule.id === "removed-later")?.fixes ?? [];
    assert.match(applyEdits(text, fix?.edits ?? []), /jq -n 1 > \/a && rm \/usr\/bin\/jq\n$/);
  });
});

describe("the removal of package lists", () => {
  const update = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n";
  const safetyOf = (rest: string): string | undefined =>
    analyze(update + rest).findings.find((f) => f.rule.id === "apt-lists-kept")?.fixes[0]?.safety;

  it("is safe where nobody asks for them", () => {
    for (const rest of [
      "",
      "RUN pip install foo\n",
      "ONBUILD RUN apt-get update && apt-get install -y jq\n",
      "ONBUILD RUN make\n",
      'CMD ["apt-helper"]\n',
      "RUN curl -fsSL https://example.com/a.tgz | tar xz && cd a && make && make install\n",
      "COPY . /src/\nRUN cd /src && python3 setup.py install\n",
      "COPY . /src/\nRUN cd /src && ./configure && npm run build\n",
      "RUN echo apt-get install -y jq > /usage\n",
      'RUN su other -c "apt-get update && apt-get install -y jq"\n',
      'ARG DEV=0\nRUN if [ "$DEV" = 1 ]; then apt-get update && apt-get install -y jq && rm -rf /var/lib/apt/lists/*; fi\n',
    ])
      assert.equal(safetyOf(rest), "safe", rest);
  });

  it("is to be reviewed where a file of the context installs from them later, and safe where none does", () => {
    const install = 'subprocess.call(["apt-get", "install", "-y", "jq"])\n';
    for (const [rest, name, text, expected] of [
      ["RUN make -C /src\n", "Makefile", "deps:\n\tapt-get install -y jq\n", "review"],
      ["RUN make -C /src\n", "Makefile", "all:\n\tcc -o a a.c\n", "safe"],
      ["RUN python3 /src/setup.py\n", "setup.py", install, "review"],
      ["RUN python3.11 /src/setup.py\n", "setup.py", install, "review"],
      ["RUN python3 /src/setup.py\n", "setup.py", "print(1)\n", "safe"],
      ["RUN cd /src && for f in *.sh; do ./$f; done\n", "a.sh", "apt-get install -y jq\n", "review"],
      ["RUN cd /src && for f in *.sh; do ./$f; done\n", "a.sh", "echo\n", "safe"],
    ] as const) {
      const root = contextFolder({ [name]: text.length });
      const context = { root, readText: (path: string) => (path === name ? text : undefined) };
      const { findings } = analyze(`${update}COPY . /src/\n${rest}`, { context });
      assert.equal(findings.find((f) => f.rule.id === "apt-lists-kept")?.fixes[0]?.safety, expected, rest + text);
    }
  });

  it("is none where an update of its own would take what is to be installed", () => {
    assert.equal(safetyOf("RUN apt-get install -y --no-download jq\n"), undefined);
    assert.equal(safetyOf("RUN apt-get install -y jq\n"), "safe");
  });

  it("comes behind a makefile of its RUN", () => {
    const text = `${update.trimEnd()} make && make -C /src\n`.replace("\nRUN", "\nCOPY . /src/\nRUN");
    const [fix] = analyze(text).findings.find((f) => f.rule.id === "apt-lists-kept")?.fixes ?? [];
    assert.match(applyEdits(text, fix?.edits ?? []), /-C \/src && rm -rf/);
  });

  it("is not offered where an install that is not taken here needs them", () =>
    assert.equal(safetyOf('ARG DEV=0\nRUN if [ "$DEV" = 1 ]; then apt-get install -y jq; fi\n'), undefined));

  it("is to be reviewed where something installs from them later", () => {
    for (const rest of [
      "ONBUILD RUN apt-get install -y jq\n",
      'CMD ["apt-get", "install", "-y", "jq"]\n',
      "ENTRYPOINT apt-get -y install jq && jq\n",
      "RUN rosdep install --from-paths src -y\n",
      'RUN su other -c "apt-get install -y jq"\n',
      "RUN flock /tmp/lock apt-get install -y jq\n",
      "RUN retry 3 apt-get -q install jq\n",
      "RUN chroot / aptitude -y install jq\n",
      "RUN apt-fast install -y jq\n",
      "RUN nala install -y jq\n",
      "RUN ansible-playbook site.yml\n",
      "RUN curl -fsSL https://example.com/install.sh | sh\n",
      "COPY . /src/\nRUN make -C /src\n",
      "COPY . /src/\nWORKDIR /src\nRUN make deps\n",
      "COPY . /src/\nRUN python3 /src/setup.py\n",
      "COPY . /src/\nRUN /src/install.sh\n",
      "COPY . /src/\nRUN cd /src && for f in *.sh; do ./$f; done\n",
      "RUN mk-build-deps -i -t 'apt-get -y' debian/control\n",
    ])
      assert.equal(safetyOf(rest), "review", rest);
  });
});

describe("the removal of an archive", () => {
  it("names it by the variable that a branch has set", () => {
    const text =
      'FROM debian:bookworm\nRUN case "$(uname -m)" in x86_64) A=amd64;; *) A=arm64;; esac; curl -fsSL -o /tmp/a-$A.tgz http://example.com/a && tar xf /tmp/a-$A.tgz -C /opt\n';
    const [fix] = analyze(text).findings.find((f) => f.rule.id === "download-kept")?.fixes ?? [];
    assert.match(applyEdits(text, fix?.edits ?? []), /-C \/opt && rm \/tmp\/a-\$A\.tgz\n$/);
  });

  it("is to be reviewed where a variable of the image names it", () => {
    const run = "RUN curl -fsSL -o /tmp/a.tgz http://example.com/a.tgz && tar xf /tmp/a.tgz -C /opt\n";
    const safetyOf = (rest: string): string | undefined =>
      analyze(`FROM debian:bookworm\n${run}${rest}`).findings.find((f) => f.rule.id === "download-kept")?.fixes[0]?.safety;
    assert.equal(safetyOf("ENV MODEL=/tmp/b.tgz\n"), "safe");
    assert.equal(safetyOf("ENV MODEL=/tmp/a.tgz\n"), "review");
  });
});

describe("a cache", () => {
  const safetyOf = (run: string): string | undefined =>
    analyze(`FROM python:3.12\nRUN ${run}\n`).findings.find((f) => f.rule.id === "pip-cache-kept")?.fixes[0]?.safety;

  it("that somebody has given a place is to be looked at", () => {
    assert.equal(safetyOf("pip install flask"), "safe");
    assert.equal(safetyOf("pip install --cache-dir /srv/wheels flask"), "review");
    assert.equal(safetyOf("pip install --cache-dir=/srv/wheels flask"), "review");
  });
});

describe("a change of mode or owner that a COPY makes itself", () => {
  const safetyOf = (...lines: string[]): string | undefined =>
    analyze(["FROM debian:bookworm-slim", ...lines, ""].join("\n")).findings.find((f) => f.rule.id === "changed-later")?.fixes[0]?.safety;
  const change = "RUN chmod 0500 /srv/a.bin";

  it("is safe over reads of root, and of what else there is", () => {
    for (const read of [
      "RUN cat /srv/a.bin | wc -c > /n",
      "RUN grep -q . /srv/a.bin",
      "RUN pip3.11 install /srv/a.bin",
      "RUN apt-get install -y /srv/a.bin",
      "RUN aptitude install -y /srv/a.bin",
      "USER www-data\nRUN cat /etc/hosts > /tmp/x\nUSER root",
    ])
      assert.equal(safetyOf("COPY a.bin /srv/", read, change), "safe", read);
  });

  it("is none where links may lead out of the folder", () => {
    assert.equal(safetyOf("COPY d /srv/d", "RUN chown -RL 33:33 /srv/d"), undefined);
  });

  it("is none by find where the image may not have it", () => {
    const fixesOn = (base: string, ...lines: string[]): number | undefined =>
      analyze(
        [`FROM ${base}`, ...lines, "WORKDIR /d", "COPY a.bin .", "RUN ./make.sh", "RUN chown -R 33:33 /d", ""].join("\n"),
        worldOf(),
      ).findings.find((f) => f.rule.id === "changed-later")?.fixes.length;
    for (const base of ["debian:bookworm-slim", "alpine:3.22"]) assert.equal(fixesOn(base), 1, base);
    for (const base of ["amazonlinux:2023", "rockylinux:9", "registry.example.com/base:1", "$BASE"]) assert.equal(fixesOn(base), 0, base);
    assert.equal(fixesOn("registry.example.com/base:1", "RUN microdnf install -y nodejs"), 0);
    assert.equal(fixesOn("amazonlinux:2023", "RUN dnf install -y findutils"), 1);
    for (const base of ["registry.example.com/base:1", "$BASE"]) assert.equal(fixesOn(base, "RUN apt-get install -y curl"), 1, base);
  });

  it("is to be reviewed where somebody minds between", () => {
    for (const read of [
      "USER www-data\nRUN cat /srv/a.bin > /tmp/x\nUSER root",
      "USER nobody\nRUN cd /srv && grep -q . *.bin\nUSER root",
      "RUN [ ! -x /srv/a.bin ] || echo was > /was",
      "RUN test -O /srv/a.bin && echo mine > /mine",
      "RUN cp -p /srv/a.bin /opt/",
    ])
      assert.equal(safetyOf("COPY a.bin /srv/", read, change), "review", read);
  });
});
