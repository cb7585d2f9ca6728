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

/** The commands of such a package, where they are called otherwise than it. */
export const commandsOf = (name: string): readonly string[] =>
  ({
    "net-tools": ["netstat", "ifconfig", "route", "arp"],
    "iputils-ping": ["ping", "ping6"],
    dnsutils: ["dig", "nslookup", "host"],
    "bind9-dnsutils": ["dig", "nslookup", "host"],
    "bind-utils": ["dig", "nslookup", "host"],
    "bind-tools": ["dig", "nslookup", "host"],
    "inetutils-telnet": ["telnet"],
    "man-db": ["man", "mandb"],
    vim: ["vim", "vi"],
  })[name] ?? [name.replace(/-(?:nox|gtk3?|athena|enhanced|tiny)$/, ""), name];

const terminals = "sshd teleport tmate gotty ttyd wetty shellinaboxd code-server".split(" ");

/** What gives people a shell from afar, in a browser or by ssh, if only beside something else. */
export const shellServers: readonly string[] = [
  ...terminals,
  ..."dropbear shellinabox openvscode-server jupyter jupyter-lab jupyterlab jupyterhub rstudio-server".split(" "),
];

/** Shells, what gives people one from afar, and waiting: an image that starts one of these is for people, or a tool for other builds. */
const shells = new Set([..."sh bash ash dash zsh fish tail sleep login tmux screen cat".split(" "), ...terminals]);
export const isForPeople = (name: string): boolean => shells.has(name);

/** An init of a whole system: its services are started by name, and people look at them. */
export const isInit = (name: string): boolean => /(?:^|\/)(?:init|systemd)$/.test(name);

/** The tools that go with a server: whether a name server answers, `dig` asks it; Fedora's bind brings it unless it is told not to. */
const ofServers = new Map([
  [
    /^(?:bind(?:9|-chroot)?|pdns(?:-server|-recursor)?|dnsmasq(?:-base|-dnssec)?|unbound|knot(?:-resolver)?|nsd)$/,
    /^(?:dnsutils|bind9-dnsutils|bind-utils|bind-tools)$/,
  ],
]);
export const goesWith = (tool: string, packages: readonly string[]): boolean =>
  [...ofServers].some(([server, tools]) => tools.test(tool) && packages.some((name) => server.test(name)));

/** Interpreters that wait for somebody to type when they are given no program. */
const typedTo = /^(?:python[\d.]*|ipython3?|node|irb|pry|R|ghci|julia|jshell|iex|erl|scala|lua[\d.]*|bpython|ocaml|sbcl|clojure|groovysh)$/;
export const waitsForPeople = (name: string, args: readonly { readonly text: string }[]): boolean =>
  isForPeople(name) || (args.length === 0 && typedTo.test(name)) || (name === "php" && args[0]?.text === "-a");
