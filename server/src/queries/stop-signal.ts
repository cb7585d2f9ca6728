import { packageEnding } from "../commands/kinds.ts";
import { joinedFrom } from "../dockerfile/instruction.ts";
import { partsOfName } from "../image/base.ts";
import type { Stage, State } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { parseShell } from "../shell/parse.ts";
import { programIn } from "../shell/plain.ts";
import { commandsIn, type Script } from "../shell/syntax.ts";
import { endsWithExec, lastCommand } from "./start-text.ts";

/**
 * What becomes of the signal by which docker stop ends a container whose CMD or ENTRYPOINT a shell runs. Measured with Debian 12: dash 0.5.12 stays
 * the parent of what it starts; bash 5.2 gives its place to the last command of `-c`, if that has no redirection, as BusyBox does in any case
 * (ash.c, evalstring with EV_EXIT).
 */
export type StopSignal =
  /** An init hands it to all of the group. */
  | { readonly is: "passed on" }
  /** The shell has left its place to the program, which gets it itself. */
  | { readonly is: "left to the program" }
  | LostSignal;

/** The shell has it, and keeps it to itself. */
export interface LostSignal {
  readonly is: "lost";
  /** Nobody knows which shell it is: were it not dash, it would leave its place to the program. */
  readonly onlyWithDash: boolean;
  /** docker stop waits ten seconds, then kills the program (its reference); or an init ends the container as soon as the shell has ended. */
  readonly killed: "late" | "at once";
}

export function stopSignal(stage: Stage, keyword: string, shell: readonly string[], script: Script): StopSignal {
  const init = keyword === "CMD" ? initOf(stage.end) : undefined;
  const leaves = leavesPlace(kindOf(shell[0] ?? "", stage), script);
  if (leaves === "yes") return { is: "left to the program" };
  if (init === "tells all") return { is: "passed on" };
  return { is: "lost", onlyWithDash: leaves === "perhaps", killed: init === "ends with the shell" ? "at once" : "late" };
}

/** Whether it stays the parent of what it runs last. */
function leavesPlace(kind: ReturnType<typeof kindOf>, script: Script): "yes" | "no" | "perhaps" {
  const last = lastCommand(script);
  if (!last || kind === "dash") return "no";
  if (kind === "BusyBox") return "yes";
  if (last.redirects.length > 0) return "no";
  return kind === "bash" ? "yes" : "perhaps";
}

/** Whether what a shell is told to run by `-c` takes its place: by exec, or as the last command of a bash. */
export const handsOver = (shell: string | undefined, told: Script): boolean =>
  endsWithExec(told) || (/(?:^|\/)bash$/.test(shell ?? "") && leavesPlace("bash", told) === "yes");

/** Which shell it is: `sh` is Debian's and Ubuntu's dash, Alpine's BusyBox, and bash elsewhere. */
function kindOf(program: string, stage: Stage): "dash" | "BusyBox" | "bash" | "unknown" {
  const { base } = stage.end;
  const id = base?.os?.id;
  if (!/(?:^|\/)(?:sh|dash)$/.test(program)) return "bash";
  if (id === "debian" || id === "ubuntu") return "dash";
  if (id === "alpine" || /alpine|busybox/.test(base?.name ?? "")) return "BusyBox";
  const { name = "" } = base ?? {};
  const isBash =
    id !== undefined || shIsBash.some((one) => one.test(name)) || isOfBash.test(partsOfName(name).tag) || installsOthers(stage);
  return isBash ? "bash" : "unknown";
}

/** Images in no table whose sh is bash, by what they are called. */
const shIsBash: readonly RegExp[] = [
  /(?:^|\/)(?:fedora|centos|rockylinux|almalinux|ubi\d+|oraclelinux|amazonlinux|amazoncorretto|opensuse|archlinux)\b/,
  // Its /bin/sh is a link to bash (NixOS/nix, docker.nix).
  /^(?:docker\.io\/)?nixos\/nix\b/,
  // All of Red Hat's own stand on its system.
  /^registry\.(?:access\.redhat\.com|redhat\.io)\//,
  // GraalVM's stand on Oracle Linux (graalvm.org, "Container Images"); TruffleRuby's on Debian, too.
  /^(?:(?:ghcr\.io|container-registry\.oracle\.com)\/graalvm\/|(?:docker\.io\/)?oracle\/graalvm-)(?!truffleruby)/,
];

/** The tag names one: `21-jdk-ubi9`, `ol8-java17`, `12.4.1-base-rockylinux9`. */
const isOfBash = /(?:^|[-_.])(?:ubi|rhel|centos|rockylinux|almalinux|oraclelinux|ol|amazonlinux|al|fedora)\d+(?:[-_.]|$)/;

/** Who installs other packages than Debian's has bash or BusyBox as /bin/sh, whatever the base is. */
function installsOthers({ steps }: Stage): boolean {
  const endings = steps.flatMap((s) => s.ran.flatMap((r) => packageEnding(r.name) ?? []));
  return endings.length > 0 && !endings.includes("deb");
}

/**
 * An init that starts CMD is process 1 in the shell's place: dumb-init, and tini with -g, send the signal to all of the group, the program too;
 * tini sends it to the shell, which ends, and the container with it (their READMEs).
 */
function initOf({ entrypoint, base }: State): "tells all" | "ends with the shell" | undefined {
  const [program = "", ...flags] = entrypoint?.exec ?? (underTini.test(base?.name ?? "") ? ["tini"] : []);
  const name = basename(program);
  if (/^(?:tini|docker-init)(?:-|$)/.test(name)) return flags.some((f) => /^-[a-z]*g/.test(f)) ? "tells all" : "ends with the shell";
  return name === "dumb-init" && !flags.some((f) => /^(?:-c|--single-child)$/.test(f)) ? "tells all" : undefined;
}

/** Their ENTRYPOINT is tini (conda-forge/miniforge-images). */
const underTini = /(?:^|\/)condaforge\/(?:mambaforge|miniforge3|linux-anvil)/;

/**
 * Whether the stop signal comes further when what runs last takes the shell's place. Exec does nothing in a pipeline, a subshell or the background, and
 * ends a loop; a script, the text of what is started where it is known, keeps the signal to itself unless it has exec or a trap; and some programs
 * start another one and hand nothing on, or do not heed the signal as process 1, where it has no effect by itself (pid_namespaces(7)).
 */
export function isHeard(script: Script, started: string | undefined): boolean {
  const last = lastCommand(script);
  if (!last || deaf.has(basename(programIn(last)))) return false;
  if (started === undefined) return true;
  return [...commandsIn(parseShell(joinedFrom(started)).body)].some(({ words: [word] }) => word?.raw === "exec" || word?.raw === "trap");
}

/** apachectl and apache2ctl are scripts that start Apache beneath them (Debian's apache2, debian/apache2ctl). */
const deaf = new Set(
  "apache2ctl apachectl cat chronic dbus-run-session flock script sleep strace tail time watch xargs xvfb-run yes".split(" "),
);
