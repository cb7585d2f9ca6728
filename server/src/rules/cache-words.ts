import type { Example } from "./rule.ts";

interface Words {
  /** What lies there, and who needs it again. */
  readonly why: string;
  readonly example: Example;
}

const dnf = (tool: string, base: string): Words => ({
  why: `\`${tool}\` keeps what it downloads about the repositories below \`/var/cache\`: tens of megabytes that the next ${tool} would fetch anew anyway. \`${tool} clean all\` removes them.`,
  example: {
    before: `FROM ${base}\nRUN ${tool} install -y gcc\n`,
    after: `FROM ${base}\nRUN ${tool} install -y gcc && ${tool} clean all\n`,
  },
});

/** What the documentation says of each tool of the table. */
const words: Readonly<Record<string, Words>> = {
  apk: {
    why: "`apk add` downloads the index of all packages and keeps it in `/var/cache/apk`. With `--no-cache` it takes a fresh index for this one command and stores nothing; `apk update` is then of no use.",
    example: {
      before: "FROM alpine:3.22\nRUN apk update && apk add curl\n",
      after: "FROM alpine:3.22\nRUN apk add --no-cache curl\n",
    },
  },
  dnf: dnf("dnf", "rockylinux:9"),
  microdnf: dnf("microdnf", "registry.access.redhat.com/ubi9/ubi-minimal"),
  yum: dnf("yum", "centos:7"),
  tdnf: dnf("tdnf", "mcr.microsoft.com/azurelinux/base/core:3.0"),
  npm: {
    why: "npm stores each package that it downloads a second time, packed, in `~/.npm/_cacache`: for the next install on the same machine. In an image there is no next one. `npm cache clean --force` empties it.",
    example: {
      before: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
      after: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci && npm cache clean --force\n",
    },
  },
  pip: {
    why: "pip keeps each wheel that it downloads or builds in `~/.cache/pip`, for the next install on the same machine. In an image there is no next one. `--no-cache-dir` stores none.",
    example: {
      before: "FROM python:3.14-slim\nRUN pip install flask\n",
      after: "FROM python:3.14-slim\nRUN pip install --no-cache-dir flask\n",
    },
  },
};

const none: Words = { why: "", example: { before: "", after: "" } };

export const cacheWords = (tool: string): Words => words[tool] ?? none;
