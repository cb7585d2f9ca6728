// Our whole analysis, savings included, against dockerfile-ast's parse and dockerfile-utils' validate: one process, the same texts.
//   npm run bench [-- --json]
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { analyze } from "../../server/src/analyze.ts";
import { builtin, today } from "../../server/src/sizes/builtin.ts";

/** Lines as real Dockerfiles have them, each part a little different: nothing in it is found twice. */
function part(i: number): string {
  return [
    `# step ${i}`,
    "RUN apt-get update && \\",
    `    apt-get install -y --no-install-recommends package-${i} \\`,
    "      curl \\",
    "    && rm -rf /var/lib/apt/lists/*",
    `ENV VERSION_${i}=1.${i} HOME_${i}=/opt/app-${i}`,
    `WORKDIR /opt/app-${i}`,
    "COPY package.json package-lock.json ./",
    `RUN curl -fsSL -o /tmp/tool-${i}.tar.gz https://example.com/tool-${i}.tar.gz \\`,
    `    && tar -xzf /tmp/tool-${i}.tar.gz -C /opt/app-${i}`,
    `RUN rm /tmp/tool-${i}.tar.gz`,
    `COPY src-${i} /opt/app-${i}/src`,
    `LABEL part.${i}="yes"`,
  ].join("\n");
}

function dockerfile(lines: number): string {
  const out = ["FROM debian:bookworm"];
  for (let i = 0; out.length < lines - 1; i++) out.push(...part(i).split("\n"));
  return [...out.slice(0, lines - 1), 'CMD ["/bin/true"]', ""].join("\n");
}

const world = { ...builtin, today: today() };
const subjects: Record<string, (text: string) => unknown> = {
  "dockerfile-ast parse": (text) => DockerfileParser.parse(text),
  "dockerfile-utils validate": (text) => validate(text),
  "ballast analyze": (text) => analyze(text, world),
};

interface Row {
  subject: string;
  lines: number;
  median: number;
  p95: number;
  perLine: number;
}

function measure(subject: string, run: (text: string) => unknown, lines: number): Row {
  const text = dockerfile(lines);
  const rounds = lines >= 1000 ? 15 : lines >= 200 ? 60 : 300;
  for (let i = 0; i < Math.max(5, rounds / 3); i++) run(text);
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    const wall = performance.now();
    run(text);
    const used = process.cpuUsage(start);
    // Processor time, so that a busy machine does not count; where its clock is too coarse, the wall's.
    const cpu = (used.user + used.system) / 1000;
    return cpu > 1 ? Math.min(cpu, performance.now() - wall) : performance.now() - wall;
  }).sort((a, b) => a - b);
  const at = (q: number): number => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
  return { subject, lines, median: at(0.5), p95: at(0.95), perLine: (at(0.5) * 1000) / lines };
}

const rows = [20, 200, 2000].flatMap((lines) => Object.entries(subjects).map(([subject, run]) => measure(subject, run, lines)));
if (process.argv.includes("--json")) console.log(JSON.stringify({ node: process.version, rows }, null, 1));
else {
  console.log("| | lines | median ms | p95 ms | µs per line |\n|---|---:|---:|---:|---:|");
  for (const r of rows)
    console.log(`| ${r.subject} | ${r.lines} | ${r.median.toFixed(2)} | ${r.p95.toFixed(2)} | ${r.perLine.toFixed(1)} |`);
}
