import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { layers } from "./support/layers.ts";
import { worldOf } from "./support/world.ts";

describe("what commands write", () => {
  const cases: [string, string[], string][] = [
    ["cp -s makes links", ["COPY a.bin /srv/a", "RUN cp -s /srv/a /srv/soft"], "1000 0"],
    ["cp -l makes hard links, and stores a lower file again", ["COPY a.bin /srv/a", "RUN cp -l /srv/a /srv/hard"], "1000 1000"],
    ["cp of /dev/null empties", ["COPY a.bin /srv/a", "RUN cp /dev/null /srv/a"], "1000 0"],
    ["cp DIR/. copies the content", ["COPY a.bin /srv/d/", "RUN cp -a /srv/d/. /opt/"], "1000 1000"],
    ["chown -h changes the link", ["COPY a.bin /srv/a", "RUN ln -s a /srv/l", "RUN chown -h 1 /srv/l"], "1000 0 0"],
    ["chown follows the link", ["COPY a.bin /srv/a", "RUN ln -s a /srv/l", "RUN chown 1 /srv/l"], "1000 0 1000"],
    ["head with a small letter", ["RUN head --bytes=3m /dev/zero > /x && head -c 2k /dev/zero > /y"], "3147776"],
    [
      "find removes folders by name with rm -r",
      ["COPY a.bin /s/tests/a", "RUN cp -r /s /t && find /t -type d -name tests -exec rm -rf {} +"],
      "1000 0",
    ],
    [
      "find -delete of links, of folders and of what is empty takes no bytes",
      [
        "RUN head -c 9 /dev/zero > /srv/a && find /srv -type l -delete && find /srv -xtype l -exec rm {} +",
        "RUN head -c 9 /dev/zero > /srv/b && find /srv -depth -type d -empty -delete && find /srv -type d -delete; find /srv -empty -delete",
        "RUN head -c 9 /dev/zero > /srv/c && find /srv -type d -exec rmdir {} + ; head -c 9 /dev/zero > /srv/d; find /srv ! -empty -delete",
      ],
      "9 9 ≥0",
    ],
    ["find below a depth takes no file for certain", ["RUN head -c 9 /dev/zero > /srv/a && find /srv -mindepth 2 -delete"], "≥0"],
    [
      "find with two names for one file takes none for certain",
      ["RUN head -c 9 /dev/zero > /srv/a && find /srv -name '*' -name b -delete"],
      "≥0",
    ],
    ["grep of a star that begins a pattern", ["RUN echo curl | grep '*url' > /x", "RUN echo curl | grep '^*url' > /x"], "≥0 ≥0"],
    ["filters of nothing print nothing", ["RUN echo a > /f; grep -v a /f > /g; sort /g > /h"], "2"],
    ["grep of several files tells which", ["RUN seq 2 > /a; seq 2 > /b; grep 1 /a /b > /c"], "≥8"],
    ["cat with numbers", ["RUN seq 2 | cat -n > /c"], "≥0"],
    [
      "echo -n adds no end of line",
      ["RUN echo -n a > /a && cat /a | sort | xargs -I{} head -c 3 /dev/zero > /b; cat /a | tr a b > /c"],
      "5",
    ],
    ["printf without a place for its words", ["RUN printf abc def > /a"], "3"],
    ["xargs -i puts the item in", ["COPY a.bin b.log /s/", "RUN echo a.bin | xargs -i cp /s/{} /t"], "1300 1000"],
    ["a checksum line", ["RUN sha256sum /etc/passwd > /sum"], "78"],
    [
      "a known file read by <",
      ["COPY a.bin b.log /srv/", "RUN tee /x < /srv/a.bin > /dev/null; cat /srv/a.bin /srv/b.log > /y"],
      "1300 2300",
    ],
    ["cp -n and mv -n leave what is there", ["COPY a.bin b.log /s/", "RUN cp -n /s/a.bin /s/b.log && mv -n /s/a.bin /s/b.log"], "1300 0"],
    ["cp -u of a file that is there depends on their times", ["COPY a.bin b.log /s/", "RUN cp -u /s/a.bin /s/b.log"], "1300 ≥0"],
    [
      "cp -a keeps two names of one file, cp -r makes two files; so does COPY --from in one go",
      ["COPY a.bin /d/a", "RUN ln /d/a /d/b", "RUN cp -a /d /e", "RUN cp -r /d /f && cp -r --preserve=all /d /g"],
      "1000 1000 1000 3000",
    ],
    [
      "cp --parents keeps the folders of a source",
      ["COPY a.bin /w/x/y/a", "WORKDIR /w", "RUN mkdir /o && cp --parents x/y/a /o", "RUN chmod 600 /o/x/y/a"],
      "1000 0 1000 1000",
    ],
    ["ln -L names the file, ln the link", ["COPY a.bin /a", "RUN ln -s /a /l && ln /l /m", "RUN ln -L /l /n"], "1000 0 1000"],
    [
      "find of a folder of the context, some of it",
      ["RUN --mount=target=/c mkdir /d && cp -r /c /d/x && find /d -mindepth 1 -type d -exec rm -r {} +"],
      "≥0",
    ],
    [
      "dd stops where its source does, or at its count; notrunc leaves what is behind",
      [
        "COPY a.bin /a",
        "RUN dd if=/a of=/b bs=100 count=5 && dd if=/a of=/c bs=1M count=5 && dd if=/a of=/d bs=100 count=2 seek=3",
        "RUN dd if=/dev/zero of=/c bs=1 count=1 conv=notrunc && dd if=/a bs=1 skip=5 of=/e",
      ],
      "1000 2000 ≥1000",
    ],
    ["head of two files has their names in it", ["COPY a.bin b.log /s/", "RUN head -c 9 /s/a.bin /s/b.log > /x"], "1300 ≥0"],
    ["awk that writes a file itself", ["RUN seq 9 | awk '{ print $1 > \"/x\" }'", "RUN seq 9 | awk '$1 > 5 { print }' | wc -l"], "≥0 0"],
    ["sort -o writes", ["RUN seq 9 | sort -o /x", "RUN seq 9 | sort"], "≥0 0"],
    [
      "sed -i of a long file: what one thing for another leaves is about as long, of other commands nobody knows; the old one stays with a suffix",
      [
        "RUN truncate -s 1M /a",
        "RUN sed -i 's/a/b/; /x/s|^# ||' /a",
        "RUN sed -i /x/d /a",
        "RUN sed -i.bak -e 's/^/x/' /a && rm /a",
        "RUN truncate -s 99 /b",
        "RUN sed -i /x/d /b",
      ],
      "1048576 1048576 ≥0 ≥0 99 99",
    ],
    [
      "strip, upx and their like leave nobody knows what",
      ["COPY a.bin /a", "RUN strip /a", "RUN head -c 9 /dev/zero > /b && upx /b"],
      "1000 ≥0 ≥0",
    ],
    [
      "a pattern with a slash at its end names folders; names are as long as they are written",
      [
        "COPY a.bin /s/d/x.tar",
        "WORKDIR /s/d",
        "RUN for d in /s/*/; do cp $d/x.tar $d/y; done; for f in *.tar; do cp $f /t/$f; done",
        "RUN chmod 600 /t/x.tar",
      ],
      "1000 0 2000 1000",
    ],
    [
      "tar into tar is a copy, of what is named",
      [
        "COPY a.bin /d/e/a",
        "COPY b.log /d/b",
        "RUN mkdir /x && tar cf - -C / d | tar xf - -C /x",
        "RUN cd /d && tar -cf - . | (mkdir /y && cd /y && tar -xf -)",
        "RUN tar -C /d -c e/a | tar -C /z -x && chmod 600 /x/d/e/a",
        "RUN tar -C /d -c . --exclude=e | tar -C /w -x",
      ],
      "1000 300 1300 1300 2000 ≥0",
    ],
    [
      "find that changes files of a name",
      [
        "COPY a.bin /d/a.bin",
        "COPY b.log /d/b.log",
        "RUN find /d -type f -name '*.log' -exec chmod 600 {} +",
        "RUN find /d -name a* -o -name b* -exec chmod 600 {} +",
      ],
      "1000 300 300 ≥0",
    ],
    ["a comment in backquotes is nothing", ["RUN head -c 5 /dev/zero `# as few as possible` > /a"], "5"],
    [
      "into a folder that every image has, named without a slash",
      [
        "COPY a.bin /srv",
        "COPY b.log /usr/local/bin",
        "RUN cp /srv/a.bin /opt && chmod +x /usr/local/bin/b.log",
        "RUN chmod 600 /opt/a.bin",
      ],
      "1000 300 1300 1000",
    ],
    [
      "ldconfig writes its caches anew; not once more where packages with libraries came",
      ["RUN ldconfig && ldconfig", "RUN ldconfig -p"],
      "9082 0",
    ],
    [
      "chown --from changes what is that owner's",
      [
        "COPY a.bin /a",
        "COPY --chown=app b.log /b",
        "RUN chown --from=root:root app /a /b && chown --from=:0 app /b",
        "RUN chown -R --from=1 app /a",
      ],
      "1000 300 1300 0",
    ],
    [
      "a removal of nobody knows what may take what this layer wrote there, or what is called so",
      [
        "COPY a.bin /d/a.bin",
        "RUN cp -r /d /e && find /e -type f | grep -v x | while read -r f; do rm $f; done; head -c 9 /dev/zero > /f",
        "RUN cp -r /d /g && rm -rf $(ls /g) && head -c 9 /dev/zero > /h",
        "RUN cp -r /d /i && rm -rf $X/b.bin && D=$(mktemp -d) && cp /d/a.bin $D && rm -r $D",
        "RUN cp -r /d /j && for f in /usr/share/x/*; do rm $f; done; ls /j | xargs -I{} rm /j/{}",
      ],
      "1000 ≥9 ≥9 1000 ≥0",
    ],
    [
      "a change or a copy of nobody knows what may store something",
      [
        "COPY a.bin /d/a.bin",
        "RUN for f in $(ls /d); do chmod 600 /d/$f; done",
        "RUN find /d -name 'a*' | xargs -I{} cp {} /e",
        "RUN mkdir /f && ls / | while read x; do chmod 700 /f/$x; done",
      ],
      "1000 ≥0 ≥0 0",
    ],
    [
      "two names of one file are two files once a later layer changes them",
      ["COPY a.bin /d/a", "RUN ln /d/a /d/b", "RUN chmod -R 700 /d", "RUN mv /d /e"],
      "1000 1000 2000 2000",
    ],
    ["mv of a folder keeps two names of one file together", ["COPY a.bin /d/a", "RUN ln /d/a /d/b", "RUN mv /d /e"], "1000 1000 1000"],
    [
      "chown -R of a link changes the link, chmod -R what it leads to; touch -h is like chown -h",
      [
        "COPY a.bin /d/a",
        "RUN ln -s /d /l && ln -s /d/a /m",
        "RUN chown -R 1 /l /m && touch -h /m",
        "RUN chown -RH 1 /l",
        "RUN chmod -R 7 /l",
      ],
      "1000 0 0 1000 1000",
    ],
    [
      "basename and dirname are worked out",
      [
        "COPY a.bin /d/a.bin",
        "COPY b.log /d/b.log",
        "RUN for f in /d/*; do cp $f /c_$(basename $f .bin); done && chmod 1 /c_a /c_b.log",
        "RUN head -c 5 /dev/zero > $(dirname /x/y)/z && rm /x/z",
      ],
      "1000 300 1300 0",
    ],
    [
      "into the folder one stands in, or one named with a dot",
      [
        "COPY a.bin b.log /x/",
        "WORKDIR /w",
        "RUN cp /x/a.bin . && mv /x/b.log ./.",
        "RUN chmod 1 a.bin b.log",
        "RUN cp -r /x/. . && install a.bin /opt/.",
        "RUN chmod 1 /opt/a.bin",
      ],
      "1300 0 1300 1300 2000 1000",
    ],
    [
      "a link is replaced by mv, install and sed -i, and written through by cp and >",
      [
        "COPY a.bin b.log /d/",
        "RUN cd /d && ln -s b.log l && ln -s b.log m && ln -s b.log n && ln -s b.log o",
        "RUN cd /d && cp a.bin z && mv z l && install a.bin m && sed -i s/a/b/ n",
        "RUN chmod 1 /d/b.log && cp /d/a.bin /d/o",
      ],
      "1300 0 2300 1000",
    ],
    [
      "what is written to one name of a file is in its others",
      ["RUN head -c 9 /dev/zero > /a && ln /a /b && head -c 5 /dev/zero > /a", "RUN chmod 1 /b"],
      "5 5",
    ],
    [
      "find -delete takes what has a dot before its name, with -type f no links",
      [
        "COPY a.bin /d/.a",
        "RUN ln -s .a /d/l",
        "RUN cp -a /d /e && find /e -delete",
        "RUN cp -a /d /f && find /f -type f -delete && cp /d/.a /f/.a && cp /f/l /g",
      ],
      "1000 0 0 2000",
    ],
    [
      "a pattern with a slash at its end names folders only",
      ["COPY a.bin /d/a", "COPY b.log /d/e/b", "RUN cp -r /d/*/ /x", "RUN chmod -R 700 /d/*/", "RUN mv /d/*/ /y"],
      "1000 300 300 300 300",
    ],
    [
      "ln -sf puts a link in the place of another, -n also of one to a folder",
      [
        "COPY a.bin /d/a",
        "RUN cd /d && ln -s a l && ln -sf a l && ln -s /d /f && ln -s l /f/m && chmod 1 /d/m",
        "RUN mkdir /e && ln -sfn /e /f && cp /d/l /f/x && ls /e/x",
        "RUN chmod 1 /e/x",
      ],
      "1000 1000 1000 1000",
    ],
    [
      "what commands in braces, or one behind the other, write is written together",
      [
        "RUN { echo a; head -c 5 /dev/zero; } > /a && (echo b && echo c) > /b",
        'RUN X=$(cd /srv && echo d; echo e) && head -c 3 /dev/zero > "/c$X"',
      ],
      "11 3",
    ],
    [
      "of ENV and ARG the last one with a value wins",
      [
        "ENV A=9 B=9 C=9",
        "ARG A=5",
        "ARG B",
        "ARG C=7",
        "ENV C=8",
        "RUN head -c $A /dev/zero > /a",
        "RUN head -c $B /dev/zero > /b",
        "RUN head -c $C /dev/zero > /c",
      ],
      "5 9 8",
    ],
    [
      "what mktemp names lies in /tmp, called tmp.",
      [
        "COPY a.bin /d/a",
        "RUN cd $(mktemp -d) && cp /d/a x && cp x /e && cd / && rm -rf /tmp/tmp.*",
        "RUN D=`mktemp -d` && cp /d/a $D/x && rm -rf /tmp/*",
      ],
      "1000 1000 0",
    ],
    [
      "locale-gen makes its archive anew, localedef adds to it; of more than one, or one that sorts in its own way, not all is known",
      [
        "RUN echo 'en_US.UTF-8 UTF-8' > /etc/locale.gen && locale-gen",
        "RUN rm /etc/locale.gen && echo 'de_DE.UTF-8 UTF-8' > /etc/locale.gen && locale-gen",
        "RUN localedef -i en_GB -f UTF-8 en_GB.UTF-8",
        "RUN printf 'en_US.UTF-8 UTF-8\\nja_JP.UTF-8 UTF-8\\n' > /etc/locale.gen && locale-gen",
        "RUN echo 'ja_JP.UTF-8 UTF-8' > /etc/locale.gen && locale-gen",
      ],
      "3049010 3049010 ≥3048992 ≥3049028 ≥18",
    ],
    [
      "cp -d and -P keep a link, -L and no option follow it",
      ["COPY a.bin /d/a", "RUN ln -s a /d/l && cp -d /d/l /m && cp -P /d/l /n && cp -a /d/l /o", "RUN cp /d/l /p && cp -rL /d/l /q"],
      "1000 0 2000",
    ],
    [
      "a slash behind a link leads where it does; a hard link to it is another link; itself it stays",
      [
        "COPY a.bin /d/a",
        "RUN ln -s d /l && cp -r /l /m",
        "RUN cp -r /l/ /n",
        "RUN ln /l /o && cp -al /d/a /d/ && rm -r /o && cp -r /d /p",
      ],
      "1000 0 1000 1000",
    ],
    [
      "yq -i, uniq and xxd with two files write",
      ["COPY a.bin /a", "RUN yq -i .x=1 /a", "RUN yq .x /a && uniq /a && xxd /a", "RUN uniq /a /b", "RUN xxd -r /a /c"],
      "1000 ≥0 0 ≥0 ≥0",
    ],
    ["a folder of /var that no Debian image has", ["COPY a.bin /var/www/d/a", "RUN chmod -R g+w /var/www"], "1000 1000"],
  ];
  for (const [name, lines, expected] of cases) it(name, () => assert.equal(layers(lines), expected));

  it("some of what lies in a folder without names, removed: nobody knows how much is left", () => {
    const lines = [
      "RUN apt-get update && apt-get install -y --no-install-recommends python3-venv",
      "RUN python3 -m venv /v && rm -rf /v/lib",
      "RUN python3 -m venv /w && find /w -name '*.pyc' -delete",
      "RUN python3 -m venv /x && rm -rf /x/.cache",
      "RUN python3 -m venv --copies /y",
    ];
    assert.equal(layers(lines).split(" ").slice(1).join(" "), "≥0 ≥0 21617880 ≥0");
  });

  it("packages on a full image weigh what they do on a slim one, where dpkg is told so", () => {
    const install = "RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*";
    const names = ["doc", "info", "man", "locale"].map((name) => `path-exclude /usr/share/${name}/*`);
    const told = (lines: string[]): string => `RUN printf '${lines.join("\\n")}\\n' > /etc/dpkg/dpkg.cfg.d/01`;
    const last = (lines: string[], base: string): string =>
      layers([...lines, install], base)
        .split(" ")
        .at(-1) ?? "";
    assert.equal(last([told(names)], "debian:bookworm"), last([], "debian:bookworm-slim"));
    assert.match(last([told(names.slice(1))], "debian:bookworm"), /^≥\d{8}/);
    assert.match(last([told(["path-exclude /usr/lib/x/*"])], "debian:bookworm"), /^≥\d{1,7}$/);
    assert.equal(last([told(["force-unsafe-io"])], "debian:bookworm"), last([], "debian:bookworm"));
  });

  it("rpm that installs, removes or imports writes its database, a query nothing", () => {
    const lines = ["RUN rpm -ivh https://x/y.rpm", "RUN rpm --import https://x/key", "RUN rpm -qa && rpm -E %fedora"];
    assert.equal(layers(lines, "fedora:41"), "≥0 ≥0 0");
  });

  it("dnf installs, and removes, a group of packages by its name", () => {
    const packages = (...lines: string[]): string[] =>
      [...(analyze(["FROM fedora:44", ...lines, ""].join("\n"), worldOf()).subject.steps.at(-1)?.after.root.content ?? [])].flatMap((e) =>
        e.kind === "package" ? [e.what] : [],
      );
    assert.deepEqual(packages('RUN dnf group install -y "Development Tools" && dnf5 -y group remove x'), ["Development Tools"]);
    assert.deepEqual(packages("RUN dnf groups install -y a b", "RUN dnf groupremove -y a"), ["b"]);
  });

  it("go names a program after its module", () => {
    const goWorld = worldOf({ "go.mod": "// a module\nmodule example.com/x/tool/v2\n\ngo 1.22\n", "main.go": 10 });
    const written = (...lines: string[]): string[] =>
      analyze(["FROM golang:1.22", "WORKDIR /src", ...lines, ""].join("\n"), goWorld)
        .subject.steps.at(-1)
        ?.changes.flatMap((c) => (c.entry.kind === "artifact" ? [c.path] : [])) ?? [];
    assert.deepEqual(written("COPY . .", "RUN go build"), ["/src/tool"]);
    assert.deepEqual(written("COPY . .", "RUN go build ."), ["/src/tool"]);
    assert.deepEqual(written("COPY . .", "RUN go install ."), ["/go/bin/tool"]);
    assert.deepEqual(written("COPY . /m", "RUN go build -C /m"), ["/m/tool"]);
    assert.deepEqual(written("COPY . .", "RUN go build ./cmd/serve"), ["/src/serve"]);
    assert.deepEqual(written("RUN go build"), ["/src/src"]);
    assert.deepEqual(written("RUN go install std"), []);
    assert.deepEqual(written("RUN go build std"), []);
  });
});
