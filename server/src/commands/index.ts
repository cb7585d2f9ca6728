import type { Effect } from "../image/effects.ts";
import { apkCommands } from "./apk.ts";
import { aptCommands } from "./apt.ts";
import { archives } from "./archives.ts";
import { builderCommands, wrapperHandler } from "./builders.ts";
import { type Call, type Handler, options, pathOf } from "./call.ts";
import { cargoCommands } from "./cargo.ts";
import { ccacheCommands } from "./ccache.ts";
import { compilers } from "./compilers.ts";
import { composerCommands } from "./composer.ts";
import { condaCommands, condaHandler } from "./conda.ts";
import { configure } from "./configure.ts";
import { dnfCommands } from "./dnf.ts";
import { downloads } from "./downloads.ts";
import { dpkgCommands } from "./dpkg.ts";
import { dpkgTools } from "./dpkg-tools.ts";
import { environmentCommands } from "./environments.ts";
import { playwright, startedPlaywright } from "./extras.ts";
import { files } from "./files.ts";
import { goCommands } from "./go.ts";
import { keyTools } from "./keys.ts";
import { commandName } from "./kinds.ts";
import { npmCommands } from "./npm.ts";
import { pacmanCommands } from "./pacman.ts";
import { pythonHandler } from "./pip.ts";
import { printing } from "./printing.ts";
import { pythonProjectCommands } from "./python-projects.ts";
import { rewriters } from "./rewriters.ts";
import { rubyCommands } from "./ruby.ts";
import { users } from "./users.ts";
import { yarnCommands } from "./yarn.ts";
import { zypperCommands } from "./zypper.ts";

/** The folder that the shell is sent to: by `-` to where it stood before. */
const folderOf = (call: Call, text: string): string => pathOf(call, text === "-" ? (call.variable("OLDPWD")?.text ?? "$OLDPWD") : text);

/** The shell's own commands that change what the next one sees. */
const builtins: Record<string, Handler> = {
  cd: (call) => [{ do: "cd", path: folderOf(call, options(call.args).operands[0]?.text ?? call.variable("HOME")?.text ?? "/") }],
  pushd: (call) => {
    const [folder] = call.args;
    // What turns the stack, or goes nowhere (`+1`, `-n`), is not followed.
    if (/^[+-]./.test(folder?.text ?? "")) return undefined;
    return [{ do: "pushd", ...(folder && { path: folderOf(call, folder.text) }) }];
  },
  popd: (call) => (call.args.length > 0 ? undefined : [{ do: "popd" }]),
  export: (call) =>
    call.args.flatMap((a): Effect[] => {
      const equals = a.text.indexOf("=");
      return equals < 0 ? [] : [{ do: "set", name: a.text.slice(0, equals), value: { text: a.text.slice(equals + 1), known: a.known } }];
    }),
  unset: (call) => call.args.map((a): Effect => ({ do: "set", name: a.text })),
  exit: () => [{ do: "exit" }],
};
builtins.local = builtins.declare = builtins.readonly = builtins.typeset = builtins.export as Handler;

/** Commands that write nothing that stays, or only links. */
const quiet = new Set(
  (
    "true false : test [ set shopt trap umask ulimit type hash which command wait sleep pwd return break continue shift read getopts alias let " +
    "fgrep cut wc tail diff cmp comm expr date uname arch id whoami groups hostname nproc env printenv ps kill pkill " +
    "realpath readlink stat getcap getfattr lsattr file du df cksum base64 od hexdump strings getent ldd lsb_release " +
    "dpkg-query dpkg-architecture jq sync mktemp gpgv gpgconf dirmngr nslookup dig ping nc netstat free uptime more less yes column fold " +
    "a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf phpenmod phpdismod visudo sysctl update-rc.d rc-update systemctl mkfifo dpkg-buildflags rpmspec locale getconf python-config pkg-config tty stty clear logger exec-path"
  ).split(" "),
);

const table = new Map<string, Handler>(
  Object.entries({
    ...builtins,
    ...files,
    ...printing,
    ...archives,
    ...rewriters,
    ...downloads,
    ...aptCommands,
    ...dpkgCommands,
    ...dpkgTools,
    ...apkCommands,
    ...dnfCommands,
    ...zypperCommands,
    ...pacmanCommands,
    ...environmentCommands,
    ...pythonProjectCommands,
    ...condaCommands,
    ...npmCommands,
    ...yarnCommands,
    ...rubyCommands,
    ...composerCommands,
    ...goCommands,
    ...builderCommands,
    ...cargoCommands,
    ...users,
    ...configure,
    ...keyTools,
    ...compilers,
    ...ccacheCommands,
    playwright,
    npx: startedPlaywright,
    pnpx: startedPlaywright,
    bunx: startedPlaywright,
  }),
);
for (const name of quiet) if (!table.has(name)) table.set(name, () => []);

/** What this command does; undefined for one that is not known: it then writes an unknown amount. */
export const handlerOf = (name: string): Handler | undefined =>
  table.get(commandName(name)) ?? pythonHandler(name) ?? wrapperHandler(name) ?? condaHandler(name);
