import { isShell } from "./kinds.ts";

// Packages that somebody at a terminal uses, and no program does. Names on Debian, Ubuntu, Alpine and Fedora.

const tools: Readonly<Record<string, string>> = {
  "an editor": "vim vim-nox vim-gtk3 vim-athena vim-enhanced neovim nano emacs emacs-nox emacs-gtk joe micro",
  "a debugger": "gdb lldb strace ltrace valgrind",
  "a network tool":
    "tcpdump tshark telnet inetutils-telnet net-tools iputils-ping traceroute mtr mtr-tiny dnsutils bind9-dnsutils bind-utils bind-tools iftop",
  "a monitor": "htop atop iotop",
  "a terminal tool": "tmux screen mc tree man-db manpages manpages-dev man-pages",
};

const kinds = new Map(Object.entries(tools).flatMap(([what, names]) => names.split(" ").map((name) => [name, what] as const)));

/** `an editor`, `a debugger` …; undefined for any other package. */
export const forPeople = (name: string): string | undefined => kinds.get(name);

/** A project's own program may call these: it pings, resolves names, or tells what runs. An editor or a debugger a service calls never. */
export const mayBeCalled = (name: string): boolean => /^a (?:network tool|monitor)$/.test(forPeople(name) ?? "");

/** The commands of packages that are called otherwise than these. */
const commands = new Map(
  Object.entries({
    "net-tools": ["netstat", "ifconfig", "route", "arp"],
    "iputils-ping": ["ping", "ping6"],
    dnsutils: ["dig", "nslookup", "host"],
    "bind9-dnsutils": ["dig", "nslookup", "host"],
    "bind-utils": ["dig", "nslookup", "host"],
    "bind-tools": ["dig", "nslookup", "host"],
    "inetutils-telnet": ["telnet"],
    "man-db": ["man", "mandb"],
    vim: ["vim", "vi"],
  }),
);

/** The commands of such a package. */
export const commandsOf = (name: string): readonly string[] =>
  commands.get(name) ?? [name.replace(/-(?:nox|gtk3?|athena|enhanced|tiny)$/, ""), name];

const terminals = "sshd teleport tmate gotty ttyd wetty shellinaboxd code-server".split(" ");

/** What gives people a shell from afar, in a browser or by ssh, if only beside something else. */
export const shellServers: readonly string[] = [
  ...terminals,
  ..."dropbear shellinabox openvscode-server jupyter jupyter-lab jupyterlab jupyterhub rstudio-server".split(" "),
];

const waiting = new Set([..."fish tail sleep login tmux screen cat".split(" "), ...terminals]);
/** Shells, what gives people one from afar, and waiting: an image that starts one of these is for people, or a tool for other builds. */
const isForPeople = (name: string): boolean => isShell(name) || waiting.has(name);

/** They say something or hand it out, and end: an image that starts one of these is there for what can be taken from it. */
const saysAndEnds = /^(?:ls|echo|true|pwd|env|printenv|cp|tar)$/;
export const printsAndEnds = (name: string): boolean => saysAndEnds.test(name);

/** Interpreters that wait for somebody to type when they are given no program. */
const typedTo = /^(?:python[\d.]*|ipython3?|node|irb|pry|R|ghci|julia|jshell|iex|erl|scala|lua[\d.]*|bpython|ocaml|sbcl|clojure|groovysh)$/;
export const waitsForPeople = (name: string, args: readonly { readonly text: string }[]): boolean =>
  isForPeople(name) || (args.length === 0 && typedTo.test(name)) || (name === "php" && args[0]?.text === "-a");
