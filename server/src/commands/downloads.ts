import type { Effect } from "../image/effects.ts";
import { forMachine, written } from "../image/little.ts";
import { basename } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { nodesourceFetched } from "./apt-sources.ts";
import { setting } from "./cache.ts";
import { type Call, type Handler, options, pathOf, placed, unknownWork } from "./call.ts";
import { gitOptions, saysHowDeep } from "./git-call.ts";
import { gitSetting } from "./keys.ts";

/** The last part of a URL's path: the name under which wget, `curl -O` and ADD store it. */
export function fileNameOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  return basename(path);
}

/** GitHub's, and what GitLab, Gitea and cgit call a file as it lies in a repository. */
const ofSources =
  /^https?:\/\/(?:(?:raw\.github(?:usercontent)?|gist\.githubusercontent|api\.github)\.com\/|[^/]+\/(?:.+\/)?(?:-\/raw|raw|plain)\/)/;

/** The content of a download: what lies in a repository as people write it, a script or settings, is marked as that, and what is for one machine. */
export function downloadId(url: string, path: string): string {
  const name = fileNameOf(url);
  if (/linux|x86_64|x64|amd64|aarch64|arm64/i.test(name)) return `file:${path}${forMachine}`;
  const isText = /^[^.]+$|\.(?:sh|bash|py|pl|rb|js|txt|md|conf|cfg|ini|json|ya?ml|toml|xml|repo|list|service)$/i.test(name);
  return `file:${path}${isText && ofSources.test(url) ? written : ""}`;
}

const curl: Handler = (call) => {
  const o = options(
    call.args,
    "o H d A e u x X T b c m Y y F E K w C D r --output --header --data --data-binary --data-raw --user-agent --user --proxy --request --retry --retry-delay --retry-max-time --connect-timeout --max-time --cacert --cert --key --output-dir --url --form --write-out --range --proto --tlsv1.2 --limit-rate --resolve",
  );
  const urls = [...o.operands.map((a) => a.text), ...o.values("--url")];
  const folder = o.value("--output-dir") ?? ".";
  const outputs = o.values("-o", "--output");
  const remote = o.has("-O", "--remote-name", "--remote-name-all");
  if (outputs.length === 0 && !remote) return [{ do: "print", size: unknown }];
  const names = remote ? urls.map(fileNameOf) : outputs;
  const files = names.flatMap((n, i) => (n === "" || n === "-" ? [] : [[urls[i] ?? "", n] as const]));
  return [...files.map(([url, n]) => download(call, url, `${n.startsWith("/") ? "" : `${folder}/`}${n}`)), ...nodesourceFetched(call)];
};

const wget: Handler = (call) => {
  const o = options(
    call.args,
    "O P o a i U T t w e Q B --output-document --directory-prefix --output-file --append-output --header --user-agent --timeout --tries --user --password --post-data --input-file --execute --ca-certificate --waitretry --read-timeout --connect-timeout",
  );
  const output = o.value("-O", "--output-document");
  if (output === "-") return [{ do: "print", size: unknown }];
  if (output !== undefined) return [download(call, o.operands[0]?.text ?? "", output), ...nodesourceFetched(call)];
  const folder = o.value("-P", "--directory-prefix") ?? ".";
  return [
    ...o.operands.map((url) => download(call, url.text, `${folder}/${fileNameOf(url.text) || "index.html"}`)),
    ...nodesourceFetched(call),
  ];
};

function download(call: Call, url: string, name: string): Effect {
  const path = pathOf(call, name);
  return { do: "write", path, id: downloadId(url, path), size: unknown, kind: "download" };
}

/** What a clone that fetches all holds beside the commit that it checks out. */
export const historyId = "history";

const git: Handler = (call) => {
  const o = gitOptions(call.args);
  const [verb, url, folder] = o.operands;
  if (verb?.text === "clone" && url) {
    const name = folder?.text ?? (fileNameOf(url.text).replace(/\.git$/, "") || basename(url.text).replace(/\.git$/, ""));
    const path = placed(name, pathOf(call, o.value("-C") ?? "."));
    const inGit = (id: string, what: string): Effect => ({
      do: "fill",
      path: `${path}/.git`,
      entry: { id: `${id}:${path}`, kind: "cache", what, size: unknown },
    });
    return [
      { do: "mkdir", path },
      { do: "fill", path, entry: { id: `clone:${path}`, kind: "source", what: `clone of ${url.text}`, size: unknown } },
      inGit("objects", `${path}/.git`),
      ...(saysHowDeep(o) ? [] : [inGit(historyId, `history of ${url.text}`)]),
    ];
  }
  if (verb?.text === "config") return gitSetting(call);
  const quiet = new Set([
    "log",
    "rev-parse",
    "status",
    "describe",
    "diff",
    "ls-remote",
    "ls-files",
    "show",
    "branch",
    "tag",
    "--version",
    "version",
  ]);
  return verb && !quiet.has(verb.text) ? undefined : [];
};

/** Jenkins' images have plugins fetched to a folder, from which it takes them when it starts (jenkinsci/docker, README). */
const jenkinsPlugins: Handler = (call) => {
  const told = options(call.args, "f d p --plugin-file --plugin-download-directory --plugins --war").value(
    "-d",
    "--plugin-download-directory",
  );
  const folder = told ?? `${setting(call, "REF") ?? "/usr/share/jenkins/ref"}/plugins`;
  const entry = { id: "jenkins-plugins", kind: "artifact" as const, what: "Jenkins' plugins", size: unknown };
  return [unknownWork(call), { do: "fill", path: pathOf(call, folder), entry }];
};

export const downloads: Record<string, Handler> = {
  curl,
  wget,
  git,
  "jenkins-plugin-cli": jenkinsPlugins,
  "install-plugins.sh": jenkinsPlugins,
};
