import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const MiB = 1024 ** 2;
const context = { "big.bin": 20 * MiB, "tree/a/one.txt": 1000, "tree/b/two.txt": 2000, "small.txt": "hello\n", ".git/pack": 5000 };

/** The layers of the target's own stage above its FROM: `bytes`, with `+` where something of unknown size is in it as well. */
function layers(lines: readonly string[], files: Readonly<Record<string, number | string>> = context): string[] {
  const { image } = analyze(`${lines.join("\n")}\n`, worldOf(files));
  const steps = image.stages[image.target]?.steps ?? [];
  return steps.flatMap((s) =>
    s.layer && s.instruction.keyword !== "FROM" ? [`${s.layer.size.bytes}${s.layer.size.lowerBound ? "+" : ""}`] : [],
  );
}

const on = (...lines: string[]): string[] => ["FROM debian:bookworm", ...lines];

/** Every sentence of what a layer holds; the bytes are those that real builds measured (docs/accuracy.md). */
const cases: [says: string, lines: string[], expected: string[]][] = [
  ["nothing written is nothing", on("RUN true", "WORKDIR /a/b", "ENV A=1", 'CMD ["x"]'), ["0", "0"]],
  [
    "a file of a size that the command says",
    on("RUN head -c 1024 /dev/urandom > /f", "RUN dd if=/dev/zero of=/g bs=1M count=2", "RUN truncate -s 3M /h", "RUN fallocate -l 1M /i"),
    ["1024", `${2 * MiB}`, `${3 * MiB}`, `${MiB}`],
  ],
  [
    "what any shell is told by -c, or reads from a file that is there, is run",
    on("RUN zsh -c 'head -c 10 /dev/zero > /a'", "RUN ash -c 'head -c 20 /dev/zero > /b'", "RUN echo touch /c > /s && ksh /s"),
    ["10", "20", "9"],
  ],
  ["appending stores the whole file again", on("RUN head -c 100 /dev/zero >> /f", "RUN head -c 50 /dev/zero >> /f"), ["100", "150"]],
  ["chown stores it again, even where nothing changes", on("COPY big.bin /b", "RUN chown root:root /b"), [`${20 * MiB}`, `${20 * MiB}`]],
  ["chmod and touch too", on("COPY big.bin /b", "RUN chmod 644 /b", "RUN touch /b"), [`${20 * MiB}`, `${20 * MiB}`, `${20 * MiB}`]],
  [
    "changed twice in one layer counts once",
    on("COPY big.bin /b", "RUN chown app /b && chmod 600 /b && touch /b"),
    [`${20 * MiB}`, `${20 * MiB}`],
  ],
  ["chown -R stores a tree", on("COPY tree /t", "RUN chown -R 1000 /t"), ["3000", "3000"]],
  ["chown of a folder alone stores nothing", on("COPY tree /t", "RUN chown 1000 /t"), ["3000", "0"]],
  ["mv of a lower folder stores the tree", on("COPY tree /t", "RUN mv /t /u"), ["3000", "3000"]],
  ["mv in the same layer is free", on("RUN head -c 10 /dev/zero > /a && mv /a /b"), ["10"]],
  [
    "a symbolic link is free, a hard link to a lower file is the file",
    on("COPY big.bin /b", "RUN ln -s /b /c", "RUN ln /b /d"),
    [`${20 * MiB}`, "0", `${20 * MiB}`],
  ],
  ["a hard link to a file of the same layer is free", on("RUN head -c 10 /dev/zero > /a && ln /a /b"), ["10"]],
  [
    "what is copied or moved out of the base is unknown",
    on("RUN cp -r /etc /t", "RUN mv /usr/share/zoneinfo /z", "RUN cp /etc/* /u/", "RUN chmod 600 /etc/*"),
    ["0+", "0+", "0+", "0+"],
  ],
  ["what is copied out of a folder of one's own is known", on("COPY tree /t", "RUN cp -r /t /u"), ["3000", "3000"]],
  [
    "so it is out of a folder of /etc that no Debian image has, and not out of one that the base may fill",
    on("COPY tree /etc/app", "RUN cp -r /etc/app /etc/app.default", "RUN cp -a /etc/app.default/. /srv/", "RUN cp -r /etc/default /d"),
    ["3000", "3000", "3000", "0+"],
  ],
  [
    "what a builder may write anew is not what the build context held",
    on("COPY tree /w/target", "RUN cd /w && mvn package", "RUN cp /w/target/a/one.txt /one", "RUN cp -r /w /v"),
    ["3000", "0+", "0+", "0+"],
  ],
  [
    "so it is with what scripts of a package.json put into dist and build",
    on("COPY tree /w/dist", "COPY tree /w/src", "WORKDIR /w", "RUN yarn build", "RUN cp -r /w/dist /v", "RUN cp -r /w/src /u"),
    ["3000", "3000", "0", "0+", "0+", "3000+"],
  ],
  [
    "and with node_modules that came with the context",
    on("COPY tree /w/node_modules", "WORKDIR /w", "RUN npm install", "RUN cp -r /w/node_modules /v"),
    ["3000", "0", "0+", "0+"],
  ],
  ["more than numbers count exactly is at least that much", on("RUN truncate -s 99999P /a /b"), [`${Number.MAX_SAFE_INTEGER}+`]],
  [
    "COPY --exclude",
    on(
      "COPY --exclude=b tree /t",
      "COPY --exclude=**/one.txt . /all",
      "COPY --exclude=big.* *.* /f/",
      "COPY --exclude=* --exclude=!a tree /u",
    ),
    ["1000", `${20 * MiB + 2000 + 6 + 5000}`, "5006", "1000"],
  ],
  [
    "COPY --exclude from a stage",
    ["FROM debian:bookworm AS a", "COPY tree /t", "FROM scratch", "COPY --from=a --exclude=a /t /t"],
    ["2000"],
  ],
  [
    "COPY --parents keeps the folders",
    on(
      "COPY --parents tree/a/one.txt /p/",
      "RUN rm /p/tree/a/one.txt && truncate -s 5 /x",
      "COPY --parents tree/./b/*.txt /q/",
      "RUN chmod 600 /q/b/two.txt",
    ),
    ["1000", "5", "2000", "2000"],
  ],
  ["COPY --parents takes two stars for any depth", on("COPY --parents **/one.txt /", "RUN chmod 600 /tree/a/one.txt"), ["1000", "1000"]],
  ["cp stores it twice", on("RUN head -c 10 /dev/zero > /a && cp /a /b"), ["20"]],
  ["copying what is there already stores it again", on("COPY big.bin /b", "COPY big.bin /b"), [`${20 * MiB}`, `${20 * MiB}`]],
  ["removed in a later layer frees nothing", on("RUN head -c 10 /dev/zero > /a", "RUN rm /a"), ["10", "0"]],
  ["removed in the same layer frees it", on("RUN head -c 10 /dev/zero > /a && rm /a"), ["0"]],
  ["rm without -r leaves a folder", on("RUN mkdir /d && head -c 10 /dev/zero > /d/a && rm /d || true"), ["10"]],
  [
    "wildcards",
    on("RUN head -c 1 /dev/zero > /tmp/a.tgz; head -c 2 /dev/zero > /tmp/b.tgz; head -c 4 /dev/zero > /tmp/c; rm /tmp/*.tgz"),
    ["4"],
  ],
  [
    "cd, relative paths, subshells",
    on(
      "WORKDIR /w",
      "RUN cd /tmp && head -c 1 /dev/zero > a",
      "RUN (cd /tmp) && head -c 2 /dev/zero > b && rm /w/b",
      "RUN (cd /tmp; rm a); head -c 3 /dev/zero > a",
    ),
    ["0", "1", "0", "3"],
  ],
  ["a loop over a known list", on("RUN for i in 1 2 3; do head -c 10 /dev/zero > /f$i; done"), ["30"]],
  ["what may happen is a lower bound", on('RUN if [ -n "$X" ]; then head -c 10 /dev/zero > /f; fi'), ["0+"]],
  ["after || too", on("RUN grep -q x /etc/y || head -c 10 /dev/zero > /f"), ["0+"]],
  ["what may be removed is assumed to be", on("RUN head -c 10 /dev/zero > /f; [ -e /usr/x ] && rm /f; true"), ["0+"]],
  [
    "a condition on what is known is answered",
    on(
      "ARG MODE=small",
      "ENV N=3",
      'RUN if [ "$MODE" = big ]; then head -c 1000 /dev/zero > /f; elif test $N -gt 2; then head -c 20 /dev/zero > /f; else ./x; fi',
      'RUN case "$(uname -m)-$MODE" in aarch64*) ./x ;; x86_64-s*|y) head -c 30 /dev/zero > /g ;; *) exit 1 ;; esac',
      "RUN A=$(dpkg --print-architecture); [ $A = amd64 ] && head -c 5 /dev/zero > /h || ./x; true",
      'SHELL ["/bin/bash", "-c"]',
      "RUN if [[ $MODE == s* ]] && [ ! -f /srv/none ]; then head -c 7 /dev/zero > /i; fi",
      'RUN if [ -f /i ]; then rm /i; fi; if [ -n "$UNSET" ]; then head -c 7 /dev/zero > /j; fi',
    ),
    ["20", "30", "5", "7", "0+"],
  ],
  [
    "a folder of the base may be there and empty, one's own is not there",
    on("RUN if [ -d /root/.cache ]; then head -c 5 /dev/zero > /f; fi", "RUN [ ! -e /app ] && [ -d /srv ] && head -c 7 /dev/zero > /g"),
    ["0+", "7"],
  ],
  [
    "a value that a branch may set is not known",
    on('RUN A=$(uname -m); if [ -n "$X" ]; then A=b; fi; if [ $A = x86_64 ]; then head -c 5 /dev/zero > /f; fi'),
    ["0+"],
  ],
  ["functions", on("RUN f() { head -c $1 /dev/zero > /f$1; }; f 5; f 6"), ["11"]],
  ["variables: ENV, ARG, the shell's own, ENV before ARG", on("ARG N=1", "ENV N=2", "RUN M=3; head -c $N$M /dev/zero > /f"), ["23"]],
  ["ENV a=1 b=$a uses the old a", on("ENV a=1", "ENV a=2 b=$a", "RUN head -c $b /dev/zero > /f"), ["1"]],
  ["an unknown variable names the same file twice", on("RUN wget https://x/redis-$V.tar.gz && rm redis-$V.tar.gz"), ["0"]],
  ["an unknown command writes an unknown amount", on("RUN ./configure"), ["0+"]],
  ["a package file weighs nobody knows how much", on("RUN gdebi --non-interactive /opt/tool.deb"), ["0+"]],
  [
    "a download is unknown until it is removed",
    on("RUN curl -fsSLo /tmp/x https://example.com/x", "RUN curl -fsSLo /tmp/y https://example.com/y && rm /tmp/y"),
    ["0+", "0"],
  ],
  ["to standard output nothing is stored", on("RUN curl -fsSL https://example.com/x | sha256sum"), ["0"]],
  [
    "apt-get update, and lists removed in the same RUN",
    on("RUN apt-get update", "RUN rm -rf /var/lib/apt/lists/*", "RUN apt-get update && rm -rf /var/lib/apt/lists/*"),
    ["19857442", "0", "0"],
  ],
  // The releases' signed lists are written again: test/builds/cases/apt/update-twice.
  ["lists counted once", on("RUN apt-get update && apt-get update", "RUN apt-get update"), ["19857442", "241248"]],
  [
    "a cache mount is not in the layer",
    on(
      "RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update",
      "RUN --mount=type=tmpfs,target=/tmp head -c 10 /dev/zero > /tmp/x",
      "RUN --mount=type=cache,target=/c head -c 10 /dev/zero > /c/x && head -c 5 /dev/zero > /y",
    ),
    ["0", "0", "5"],
  ],
  ["a bind mount can be read, and is given back", on("RUN --mount=type=bind,source=big.bin,target=/m/b cp /m/b /b"), [`${20 * MiB}`]],
  [
    "what lies under a mount is left alone",
    on("COPY big.bin /c/b", "RUN --mount=type=cache,target=/c rm -rf /c/*", "RUN chown 1 /c/b"),
    [`${20 * MiB}`, "0", `${20 * MiB}`],
  ],
  ["COPY of a folder copies what is in it", on("COPY tree /t", "RUN rm /t/a/one.txt && chown -R 1 /t"), ["3000", "2000"]],
  ["COPY of several sources, and wildcards", on("COPY small.txt big.bin /d/", "COPY tree/*/o*.txt /e/"), [`${20 * MiB + 6}`, "1000"]],
  ["COPY of the whole context", on("COPY . /src"), [`${20 * MiB + 3000 + 6 + 5000}`]],
  ["a source that is not there is unknown", on("COPY nothing /x"), ["0+"]],
  ["COPY heredocs weigh their text", on("COPY <<EOF /f", "hello", "EOF", "COPY <<-'E2' /g", "\t$x", "E2"), ["6", "3"]],
  ["RUN heredocs", on("RUN <<EOF", "head -c 10 /dev/zero > /f", "EOF", "RUN cat <<EOF > /g", "abc", "EOF"), ["10", "4"]],
  ["exec form", on('RUN ["head", "-c", "10", "/dev/zero"]', 'RUN ["/bin/sh", "-c", "head -c 10 /dev/zero > /f"]'), ["0", "10"]],
  ["another shell is not read", on('SHELL ["powershell", "-Command"]', "RUN rm -rf /x"), ["0+"]],
  ["echo and printf", on("RUN echo abc > /f", "RUN printf 'a\\nb' > /g", "RUN echo -n ä > /h"), ["4", "3", "2"]],
  ["tee", on("RUN echo abc | tee /f /g"), ["8"]],
  [
    "sh -c has the words behind its text, not those of the script or function around it; eval has these",
    on(
      "RUN f() { sh -c 'head -c $1 /dev/zero > /f' _ 20; }; f 10",
      "RUN f() { eval 'head -c $1 /dev/zero > /g'; }; f 10",
      'RUN f() { bash -c \'for i in "$@"; do head -c $i /dev/zero > /h$i; done\' f "$@"; }; f 3 4',
      "RUN f() { sh -c 'head -c 1$1 /dev/zero > /i'; }; f 5",
    ),
    ["20", "10", "7", "1"],
  ],
  ["sudo, env and sh -c run the command", on("RUN sudo -E env A=1 sh -c 'head -c 10 /dev/zero > /f'"), ["10"]],
  [
    "COPY --from follows links, those that a pattern fits too; in a folder that is copied they stay links",
    [
      "FROM debian:bookworm AS a",
      "RUN mkdir -p /o/real && head -c 10 /dev/zero > /o/l.so.1 && ln -s l.so.1 /o/l.so && cp /o/l.so.1 /o/real/x && ln -s real /o/current",
      "FROM scratch",
      "COPY --from=a /o/l.so* /u/",
      "COPY --from=a /o/cur* /v/",
      "COPY --from=a /o /w",
    ],
    ["20", "10", "20"],
  ],
  [
    "COPY --from copies the merged files",
    ["FROM debian:bookworm AS a", "RUN head -c 10 /dev/zero > /d/x", "RUN chmod 600 /d/x", "FROM scratch", "COPY --from=a /d/x /x"],
    ["10"],
  ],
  [
    "COPY --from of what only an unknown command can have made",
    ["FROM debian:bookworm AS a", "RUN make", "FROM scratch", "COPY --from=a /out /out"],
    ["0+"],
  ],
  ["FROM a stage inherits its files", ["FROM debian:bookworm AS a", "COPY big.bin /b", "FROM a", "RUN chmod 600 /b"], [`${20 * MiB}`]],
  [
    "ONBUILD runs in the child, once",
    ["FROM debian:bookworm AS a", "ONBUILD RUN head -c 10 /dev/zero > /f", "FROM a AS b", "RUN true", "FROM b", "RUN chmod 600 /f"],
    ["10"],
  ],
  ["in a folder made here touch makes a file", on("RUN mkdir -p /root/a/b && touch /root/a/b/c /root/d"), ["0+"]],
  ["and nothing else", on("RUN mkdir -p /root/a/b && touch /root/a/b/c"), ["0"]],
  ["files of the base are unknown when touched, nothing when removed", on("RUN chown -R 1 /etc", "RUN rm -rf /usr/share/doc"), ["0+", "0"]],
  [
    "what a command prints becomes words of another",
    on("RUN head -c $(echo 100) /dev/zero > /a; F=$(echo /b) && head -c 20 /dev/zero > $F", "RUN mv /b /c"),
    ["120", "20"],
  ],
  [
    "what ls lists by a pattern is what the pattern stands for; what nobody can name is an unknown amount",
    on(
      "COPY tree /opt/app-1",
      "RUN mv $(ls -d /opt/app-*) /opt/app",
      'RUN cp -r "$(ls -1d /opt/app)" /srv',
      "RUN x=$(ls -d /opt/a*) && mv $x /opt/b",
      "RUN mv $(somehow) /opt/c",
      "RUN cp $(ls /opt/b) /opt/c",
    ),
    ["3000", "3000", "0+", "3000", "0+", "0+"],
  ],
  [
    "a pattern that fits nothing yet stands for what will be there; one of several sources may stand for none",
    on("COPY build/*.jar /app.jar", "RUN chmod 600 /app.jar", "COPY none* small.txt /x/", "ADD none*.tar.gz /opt/"),
    ["0+", "0+", "6", "0+"],
  ],
  ["a loop over numbers", on("RUN for i in $(seq 1 3); do head -c 10 /dev/zero > /f$i; done"), ["30"]],
  ["a loop over files", on("COPY tree /t", "RUN for f in /t/a/*; do cp $f /new; done"), ["3000", "1000"]],
  [
    "all arguments of a function, and those that are left",
    on('RUN f() { head -c "$1" /dev/zero > /a; shift; cp /a "$@"; }; f 10 /b'),
    ["20"],
  ],
  [
    "a script from standard input",
    on("RUN <<'EOF' bash\nhead -c 30 /dev/zero > /a\nEOF", "RUN echo 'head -c 40 /dev/zero > /b' | sh"),
    ["30", "40"],
  ],
  [
    "a pattern among files that are known",
    on("COPY tree /t", "RUN cat /t/a/* /t/b/t*.txt > /all", "RUN cat /etc/*.conf > /all"),
    ["3000", "3000", "0+"],
  ],
  [
    "what find finds, xargs removes",
    on("RUN mkdir /d && head -c 50 /dev/zero > /d/x.o && cp /d/x.o /d/x && find /d -name '*.o' -print0 | xargs -0 rm -f"),
    ["50"],
  ],
  [
    "what find chooses by other tests than name and kind is unknown; folders alone store nothing",
    on(
      "COPY tree /t",
      "RUN find /t -type d -exec chmod 700 {} +",
      "RUN find /t -type f -exec chmod 600 {} +",
      "RUN find / -perm /6000 -exec chmod a-s {} +",
    ),
    ["3000", "0", "3000", "0+"],
  ],
  [
    "what find may remove is not counted",
    on(
      "RUN mkdir /d && head -c 50 /dev/zero > /d/a && find /d -size +10k -delete",
      "RUN mkdir /e && head -c 50 /dev/zero > /e/a && find /e ! -name b -delete",
    ),
    ["0+", "0+"],
  ],
  [
    "rsync copies what is in a folder, or the folder",
    on("COPY tree /t", "RUN rsync -av /t/ /u && chmod 600 /u/a/one.txt", "RUN rsync -a /t /v && rm -r /v/t/a"),
    ["3000", "3000", "2000"],
  ],
  [
    "keys are of unknown length, a locale is about 3 MB",
    on("RUN curl https://x.org/key | gpg --dearmor -o /k.gpg", "RUN localedef -i en_US -f UTF-8 en_US.UTF-8"),
    ["0+", "3048992"],
  ],
  ["a program that tells its version writes nothing", on("RUN node --version && java -version", "RUN ./x -v"), ["0", "0"]],
  [
    "xargs, once or item by item",
    on(
      "COPY small.txt /names",
      "RUN xargs -a /names touch",
      "RUN seq 2 | xargs -I% dd if=/dev/zero of=/f% bs=7 count=1",
      "RUN apt-get update && ls | xargs apt-get install && rm -rf /var/lib/apt/lists/*",
    ),
    ["6", "0", "14", "918858+"],
  ],
  [
    "alternatives are links, and a few lines of what there is",
    on(
      "RUN update-alternatives --install /usr/bin/cc cc /opt/cc 100 --slave /usr/bin/cxx cxx /opt/cxx && update-alternatives --set cc /opt/cc",
      "RUN update-alternatives --display cc",
    ),
    ["442", "0"],
  ],
  ["localedef's -c takes no value", on("RUN localedef -i en_US -c -f UTF-8 -A /usr/share/locale/locale.alias en_US.UTF-8"), ["3048992"]],
  [
    "crontab stores what it is given, with three lines of its own",
    on("COPY small.txt /etc/cron.d/app", "RUN crontab /etc/cron.d/app", "RUN echo '* * * * * x' | crontab -u app - && crontab -l"),
    ["6", "186", "192"],
  ],
  [
    "files of Debian's that people add to are of a size that is known",
    on(
      "RUN echo 123 >> ~/.bashrc && sed -i /x/d /etc/bash.bashrc",
      "RUN cp /etc/security/limits.conf /l && mv /root/.profile /p",
      "RUN cat x >> /etc/fstab",
    ),
    ["2569", "2913", "0+"],
  ],
  [
    "so are its time zones, for an image that has none",
    ["FROM debian:bookworm-slim AS a", "FROM scratch", "COPY --from=a /usr/share/zoneinfo /usr/share/zoneinfo"],
    ["1310470"],
  ],
  [
    "of /run Debian has nothing but a folder of locks",
    on("RUN touch /var/run/nginx.pid && mkdir /run/app && chown -R app /run/app /var/run/nginx.pid"),
    ["0"],
  ],
  [
    "a file in the home folder is one, wherever its name stands",
    on("COPY small.txt /root/a", "RUN cat ~/a > ~/b && A=~/b && cat $A >> ~/b", "RUN chmod 600 /root/b", "RUN cat <<E > /c\n~/a\nE"),
    ["6", "12", "12", "4"],
  ],
  ["xargs alone prints its words in one line", on("RUN printf 'a\\n# b\\n\\nc d\\n' | grep -Ev '^\\s*#' | xargs > /f"), ["6"]],
  [
    "tr keeps the length, truncate adds and takes",
    on("RUN head -c 500 /dev/zero | tr '\\0' x > /a && truncate -s +1k /a && truncate -s -24 /a"),
    ["1500"],
  ],
];

describe("the model", () => {
  for (const [says, lines, expected] of cases) it(says, () => assert.deepEqual(layers(lines), expected));

  it("adds up: the layers of the stages that ship are the image", () => {
    const json = analyze(
      "FROM debian:bookworm AS a\nRUN head -c 5 /dev/zero > /a\nFROM a AS b\nRUN head -c 7 /dev/zero > /b\nFROM scratch\nFROM b\nCOPY small.txt /\n",
      worldOf(context),
    ).toJSON();
    assert.deepEqual(
      json.image.stages.map((s) => s.ships),
      [true, true, false, true],
    );
    assert.equal(
      json.image.stages
        .filter((s) => s.ships)
        .flatMap((s) => s.layers)
        .reduce((n, l) => n + l.bytes, 0),
      json.image.bytes,
    );
  });

  it("takes text without FROM for a stage on an unknown base", () => {
    const json = analyze("# nothing\nRUN head -c 5 /dev/zero > /a\n", worldOf(context)).toJSON();
    assert.deepEqual(
      json.image.stages[0]?.layers.map((l) => [l.instruction, l.bytes, l.lowerBound]),
      [
        ["FROM", 0, true],
        ["RUN", 5, false],
      ],
    );
    assert.deepEqual([json.image.bytes, json.image.lowerBound], [5, true]);
  });

  it("counts as wasted what a later layer removes, overwrites or stores again, once", () => {
    const json = analyze("FROM scratch\nCOPY big.bin /a\nRUN chmod 600 /a\nRUN rm /a\n", worldOf(context)).toJSON();
    assert.equal(json.image.wastedBytes, 40 * MiB);
    assert.deepEqual(
      json.image.stages[0]?.layers.map((l) => l.wastedBytes),
      [0, 20 * MiB, 20 * MiB, 0],
    );
  });

  it("takes the target and the build arguments from the world", () => {
    const text = "ARG V=bookworm\nFROM debian:$V AS a\nARG N=1\nRUN head -c $N /dev/zero > /f\nFROM scratch\n";
    const { image } = analyze(text, { ...worldOf(), target: "A", buildArgs: { N: "9", V: "trixie" } });
    assert.equal(image.target, 0);
    assert.equal(image.stages[0]?.base, "debian:trixie");
    assert.equal(analyze(`ARG V\nFROM debian:\${V:-bookworm}\n`).image.stages[0]?.base, "debian:bookworm");
    assert.equal(image.stages[0]?.steps.at(-1)?.layer?.size.bytes, 9);
  });

  it("knows folders of one's own where no package of a distribution may have a file", () => {
    const changed = (path: string, install: string): string | undefined =>
      layers(on(`RUN apt-get update && ${install}`, `COPY tree ${path}`, `RUN chown -R 1000 ${path}`)).at(-1);
    const tree = "apt-get install -y --no-install-recommends tree";
    for (const path of ["/opt/app", "/usr/local/app", "/var/www/app", "/usr/src/app"]) assert.equal(changed(path, tree), "3000", path);
    for (const path of ["/var/www/html/app", "/usr/src/app-1.2", "/usr/share/app"]) assert.equal(changed(path, tree), "3000+", path);
    // Another maker's package may have one there.
    assert.equal(changed("/opt/app", "apt-get install -y ./app.deb"), "3000+");
  });

  it("has in it already what is changed of the packages that the same layer brings", () => {
    const install = "apt-get update && apt-get install -y --no-install-recommends openssh-server sudo && rm -rf /var/lib/apt/lists/*";
    const [alone] = layers(on(`RUN ${install}`));
    const changes =
      "sed -i 's/a/b/' /etc/ssh/sshd_config && chmod 600 /etc/ssh/* && chown -R sshd /var/lib/sshd && touch /var/log/sshd.log";
    assert.deepEqual(layers(on(`RUN ${install} && ${changes}`)), [alone]);
    assert.deepEqual(layers(on(`RUN ${install}`, `RUN ${changes}`)), [alone, "3223+"]);
    // A file that a package has is there, of its size, when a later layer stores it again.
    const append = (layer: string): string[] => layers(on(`RUN ${layer}`, "RUN echo 12345 >> /etc/sudoers", "RUN chmod 440 /etc/sudoers"));
    assert.deepEqual(append(`${install} && echo 123 >> /etc/sudoers`), [`${Number(alone) + 4}`, "10+", "0+"]);
    assert.deepEqual(append(install), [alone, "1720", "1720"]);
  });

  it("moves a package's own file at no cost in the layer that brings it", () => {
    const install = "apt-get update && apt-get install -y --no-install-recommends man-db && rm -rf /var/lib/apt/lists/*";
    const [alone] = layers(on(`RUN ${install}`));
    assert.deepEqual(layers(on(`RUN ${install} && mv /etc/manpath.config /etc/manpath.old`, "RUN chmod 600 /etc/manpath.old")), [
      alone,
      "0+",
    ]);
    const diverted = (...lines: string[]): number[] => layers(on(...lines)).map(Number);
    const divert = "dpkg-divert --local --rename --add /opt/man/man";
    assert.equal(diverted(`RUN ${install} && ${divert}`)[0], Number(alone) + 100 + 100 + 36);
    assert.deepEqual(layers(on("COPY big.bin /opt/x", "RUN dpkg-divert --rename --divert /opt/y --add /opt/x")), [
      `${20 * MiB}`,
      `${20 * MiB + 216}`,
    ]);
  });

  it("takes nothing of packages by braces that the shell does not know, nor by folders that they have nothing in", () => {
    const install = "apt-get update && apt-get install -y --no-install-recommends tree";
    const [alone] = layers(on(`RUN ${install}`));
    assert.deepEqual(layers(on(`RUN ${install} && rm -rf /var/lib/{apt,dpkg,cache,log}/ /usr/share/zoneinfo`)), [alone]);
  });
});
