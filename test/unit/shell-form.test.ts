import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const saysOf = (base: string, run: string): string | undefined =>
  analyze(`FROM ${base}\nRUN ${run}\nCMD java -jar /app.jar\n`, worldOf()).findings.find((f) => f.rule.id === "shell-form")?.message;

describe("what becomes of the stop signal in shell form", () => {
  const somebodys = "registry.example.com/base:1";

  it("goes by the shell of the distribution", () => {
    assert.match(
      saysOf("debian:trixie-slim", "apt-get update") ?? "",
      /^Runs under \/bin\/sh -c, which does not pass the stop signal on: /,
    );
    for (const base of [
      "almalinux:9",
      "alpine:3.24",
      "node:24-alpine",
      "opensuse/leap",
      "nixos/nix:2.24.9",
      "openjdk:11.0.11-jdk-oraclelinux8",
      "amazoncorretto:21",
      "quay.io/centos/centos:stream9",
      "registry.redhat.io/rhel9/toolbox",
      "jenkins/agent:latest-rhel-ubi9",
      "ghcr.io/graalvm/graalvm-ce:java11-21.0.0",
      "oracle/graalvm-ce:20.1.0",
      "container-registry.oracle.com/graalvm/jdk:21-ol9",
    ])
      assert.equal(saysOf(base, "true"), undefined, base);
    for (const base of ["ghcr.io/graalvm/truffleruby-community:24", "example.com/el:1", "example.com/a:al-1"])
      assert.match(saysOf(base, "true") ?? "", /which on Debian and Ubuntu does not pass the stop signal on/, base);
  });

  it("of an unknown one, by what installs there", () => {
    for (const run of ["true", "apt-get update", "apk add a || apt-get install a"])
      assert.match(saysOf(somebodys, run) ?? "", /which on Debian and Ubuntu does not pass the stop signal on/, run);
    for (const run of ["microdnf install -y java-17-openjdk", "yum -y update", "apk add openjdk17-jre"])
      assert.equal(saysOf(somebodys, run), undefined, run);
  });

  it("is not lost where the shell leaves its place: nothing is said of a CMD, and of an ENTRYPOINT that it loses its arguments", () => {
    const told = (text: string) =>
      analyze(text, worldOf())
        .findings.filter((f) => f.rule.id === "shell-form")
        .map((f) => [f.level, /ignores CMD and the arguments/.test(f.message), /signal/.test(f.message)]);
    for (const base of ["alpine:3.24", "node:24-alpine", "almalinux:9"]) {
      assert.deepEqual(told(`FROM ${base}\nCMD java -jar /app.jar\n`), [], base);
      assert.deepEqual(told(`FROM ${base}\nENTRYPOINT java -jar /app.jar\n`), [["warning", true, false]], base);
      assert.deepEqual(told(`FROM ${base}\nENTRYPOINT ["/bin/manage"]\nCMD worker --once\n`), [["warning", false, false]], base);
    }
    assert.deepEqual(told("FROM debian:trixie-slim\nCMD java -jar /app.jar\n"), [["warning", false, true]]);
    assert.deepEqual(told('FROM debian:trixie-slim\nSHELL ["/bin/bash", "-c"]\nCMD java -jar /app.jar\n'), []);
    assert.deepEqual(told("FROM alpine:3.24\nCMD ['java', '-jar']\n"), [["warning", false, false]], "it does not run at all");
    assert.deepEqual(told("FROM debian:trixie-slim\nCMD sh -c 'java -jar /app.jar'\n"), [["warning", false, true]], "two shells");
    for (const keyword of ["CMD", "ENTRYPOINT"])
      assert.deepEqual(told(`FROM alpine:3.24\n${keyword} sh -c 'java -jar /app.jar'\n`), [], "one has left its place to the other");
    const world = { ...worldOf(), settings: { rules: { "shell-form": "error" as const } } };
    assert.equal(
      analyze("FROM alpine:3.24\nENTRYPOINT java -jar /app.jar\n", world).findings[0]?.level,
      "error",
      "as the settings have it",
    );
  });

  it("of a script is asked for its first line: without #! only a shell starts it", () => {
    const fixed = (...lines: string[]) =>
      analyze(
        ["FROM debian:trixie-slim", ...lines, ""].join("\n"),
        worldOf({ "bare.sh": "cd /srv\nserve\n", "whole.sh": "#!/bin/sh\nexec serve\n" }),
      )
        .findings.filter((f) => f.rule.id === "shell-form")
        .flatMap((f) => f.fixes.map((x) => x.title))[0];
    assert.match(
      fixed("RUN echo 'cd /srv && serve' > /start.sh && chmod +x /start.sh", "CMD /start.sh") ?? "",
      /: \["\/bin\/sh", "\/start\.sh"\]$/,
    );
    assert.match(fixed("COPY <<E /start.sh", "serve", "E", "CMD /start.sh") ?? "", /: \["\/bin\/sh", "\/start\.sh"\]$/);
    assert.match(fixed("COPY bare.sh /usr/local/bin/", "CMD bare.sh") ?? "", /: \["\/bin\/sh", "\/usr\/local\/bin\/bare\.sh"\]$/);
    assert.equal(fixed("COPY whole.sh /usr/local/bin/", "CMD whole.sh"), 'Write it in exec form: ["whole.sh"]');
    assert.equal(
      fixed("ADD https://example.com/far.sh /far.sh", "CMD /far.sh"),
      'Write it in exec form (check first: /far.sh must begin with #!): ["/far.sh"]',
    );
    assert.equal(fixed("CMD /usr/bin/serve"), 'Write it in exec form: ["/usr/bin/serve"]');
  });

  it("is told of only where exec lets it come further", () => {
    const told = (base: string, ...lines: string[]) =>
      analyze(
        [`FROM ${base}`, ...lines, ""].join("\n"),
        worldOf({ "start.sh": "#!/bin/sh\nprepare\nnginx\n", "trap.sh": "#!/bin/sh\ntrap stop TERM\nnginx & wait\n" }),
      )
        .findings.filter((f) => f.rule.id === "shell-form")
        .map((f) => f.message)[0];
    const debian = "debian:trixie-slim";
    for (const words of [
      "/usr/bin/time -f %e serve > /log",
      "(proxy) & (serve)",
      "serve | tee /log",
      "while true; do serve; done",
      "a && tail -f /log",
      "serve && sleep infinity",
      "sleep 3600",
      `prepare; "bash"`,
      "serve &",
      "sh -c 'while true; do load; done'",
      "sh -c 'for i in 1 2 3; do load; done; sleep 2'",
      "bash -c 'serve | tee /log'",
    ])
      assert.equal(told(debian, `CMD ${words}`), undefined, words);
    assert.equal(told("alpine:3.24", "CMD (proxy) & (serve)"), undefined);
    for (const base of [debian, "alpine:3.24"])
      assert.equal(told(base, "COPY start.sh /", "CMD /start.sh"), undefined, "the script keeps it");
    assert.match(told(debian, "COPY trap.sh /", "CMD /trap.sh") ?? "", /does not pass the stop signal on/);
    assert.match(
      told(debian, "COPY start.sh /", "ENTRYPOINT /start.sh") ?? "",
      /^Runs under \/bin\/sh -c\. (?!.*stop signal).*ignores CMD/,
    );
    assert.match(told(debian, "CMD serve > /log") ?? "", /: let it begin with exec\.$/);
    assert.match(told(debian, "CMD prepare && serve") ?? "", /: let its last command begin with exec\.$/);
  });

  it("is not promised where a script has to hand it on, and no exec is offered that would not help", () => {
    const told = (...lines: string[]) =>
      analyze(["FROM debian:trixie-slim", ...lines, ""].join("\n"), worldOf({ "start.sh": "#!/bin/bash\nprepare &\nbash\n" }))
        .findings.filter((f) => f.rule.id === "shell-form")
        .map((f) => [f.message, f.fixes.map((x) => x.title)] as const)[0] ?? ["", []];
    const [mounted, begin] = told('CMD ./scripts/make.sh "$KIND"');
    assert.match(mounted, /takes the shell's place\. A script has to hand the signal on, too: by exec, or a trap\.$/);
    assert.deepEqual(begin, ["Begin it with exec"]);
    const [ignores, none] = told(
      "ENV HOME_OF=/srv/app",
      "WORKDIR $HOME_OF",
      "COPY start.sh start.sh",
      "ENTRYPOINT $HOME_OF/start.sh --all",
    );
    assert.match(ignores, /^Runs under \/bin\/sh -c\. An ENTRYPOINT .* Exec form does not; .*: \["\/srv\/app\/start\.sh", "--all"\]$/);
    assert.deepEqual(none, []);
  });

  it("is not all that is lost where the base's own entrypoint looks for its server", () => {
    const told = (text: string) => analyze(text, worldOf()).findings.find((f) => f.rule.id === "shell-form");
    const found = told('FROM nginx:stable-alpine\nCMD nginx -g "daemon off;"\n');
    assert.match(
      found?.message ?? "",
      /^Runs under \/bin\/sh -c\. \/docker-entrypoint\.sh does not see nginx behind it, and leaves out what it prepares for it\. Exec form/,
    );
    assert.match(found?.fixes[0]?.title ?? "", /\(check first: \/docker-entrypoint\.sh then prepares what it has for nginx\)/);
    for (const text of ["FROM nginx\nCMD serve -g\n", "FROM node:24\nCMD node app.js\n", "FROM nginx\nENTRYPOINT nginx -g x\n"])
      assert.doesNotMatch(told(text)?.message ?? "", /prepare/, text);
  });

  it("is kept from an interpreter that leaves it to the kernel, unless what it runs handles it", () => {
    const message = (text: string) => analyze(text, worldOf()).findings.find((f) => f.rule.id === "shell-form")?.message ?? "";
    assert.match(
      message("FROM node:24\nCMD node app.js\n"),
      / As process 1 node ends on SIGTERM only where what it runs handles it\. Exec form/,
    );
    assert.match(
      message('FROM python:3.13\nCMD python3 job.py "$JOB"\n'),
      /shell's place\. As process 1 python3 ends on SIGTERM only where/,
    );
    const others = [
      "FROM node:24\nCMD npm start\n",
      'FROM debian:13\nRUN apt-get install -y tini\nENTRYPOINT ["tini", "--"]\nCMD python3 job.py\n',
    ];
    for (const text of others) assert.doesNotMatch(message(text), /As process 1/, text);
  });

  it("of brackets without JSON in them is none: the array that was meant is offered", () => {
    const fixed = (words: string) =>
      analyze(`FROM debian:trixie-slim\nCMD ${words}\n`, worldOf())
        .findings.filter((f) => f.rule.id === "shell-form")
        .map((f) => [/^It looks like exec form/.test(f.message), f.fixes[0]?.title]);
    for (const words of ["[ /bin/start ]", "[/bin/start]", "['/bin/start']", '["/bin/start",]', "[ /bin/start, ]"])
      assert.deepEqual(fixed(words), [[true, 'Write it as JSON: ["/bin/start"]']], words);
    for (const words of ["[ls, -l]", "[ ls -l ]", '["ls" "-l"]', "['ls', \"-l\"]", '["ls", -l]'])
      assert.deepEqual(fixed(words), [[true, 'Write it as JSON: ["ls", "-l"]']], words);
    for (const words of ["[ -f /ready ]", "[ a = b ]"])
      assert.ok(
        fixed(words).every(([looks]) => !looks),
        words,
      );
  });

  it("is an argument to an ENTRYPOINT in exec form", () => {
    const told = (entry: string, script: string, cmd: string) =>
      analyze(
        `FROM debian:trixie-slim\nCOPY start.sh /\nENTRYPOINT ["${entry}"]\nCMD ${cmd}\n`,
        worldOf(script ? { "start.sh": script } : {}),
      )
        .findings.filter((f) => f.rule.id === "shell-form")
        .map((f) => f.message)[0];
    const given =
      'The ENTRYPOINT is given /bin/sh -c … as its arguments, not these words. Exec form hands on the words themselves: ["worker", "--once"]';
    assert.equal(told("/start.sh", '#!/bin/sh\ncase "$1" in worker) run ;; esac\n', "worker --once"), given);
    assert.equal(told("/start.sh", `#!/bin/bash\nrest=\${*:2}\nif [ "$1" = worker ]; then run $rest; fi\n`, "worker --once"), given);
    assert.equal(told("/start.sh", "", "worker --once"), given, "nobody knows its text");
    assert.equal(told("/usr/bin/manage", "", "worker --once"), given);
    assert.equal(told("/start.sh", "", "migrate && serve"), undefined, "nobody knows whether it starts a shell");
    for (const script of ['#!/bin/sh\nexec "$@"\n', "#!/bin/sh\nset -e\nexec $@\n"])
      assert.match(told("/start.sh", script, "worker --once") ?? "", /^Runs under \/bin\/sh -c, /, script);
    for (const starter of ["/usr/bin/tini", "/usr/bin/nohup"])
      assert.match(told(starter, "", "worker --once") ?? "", /^Runs under \/bin\/sh -c, /, starter);
  });

  it("is nothing to speak of where the words are the base's own program's", () => {
    for (const base of ["public.ecr.aws/lambda/python:3.13", "amazon/aws-lambda-nodejs:20"])
      assert.equal(
        analyze(`FROM ${base}\nCMD app.handler\n`, worldOf()).findings.find((f) => f.rule.id === "shell-form"),
        undefined,
        base,
      );
  });
});
