import type { Ran, Step } from "../image/model.ts";
import { absolute, isWithin } from "../image/paths.ts";
import { innerNodes, type Node } from "../shell/syntax.ts";

// What a RUN has from being a process of its own, and would lose in one RUN with those before it.

/** Whether the last of some RUNs must be started anew behind the others. */
export const mustStartAnew = (steps: readonly Step[]): boolean =>
  steps
    .slice(0, -1)
    .some((step) => readsStartFiles(step) || step.ran.some((ran) => losesFolder(step, ran) || runsOn(ran) || givesGroups(step, ran)));

/** A login shell, or one that BASH_ENV gives a file, reads when it starts what the RUN before may have written (bash(1), INVOCATION). */
const readsStartFiles = ({ before: { shell, env } }: Step): boolean =>
  shell.slice(1).some((word) => /^(?:-[a-z]*[il][a-z]*|--login)$/.test(word)) || env.has("BASH_ENV");

/** The folder that the commands stand in is removed, or moved away: the next RUN stands in the one that was made in its place. */
const losesFolder = ({ before: { cwd } }: Step, { name, args, cwd: at }: Ran): boolean =>
  cwd !== "/" &&
  /^(?:rm|rmdir|mv)$/.test(name) &&
  args.some((a) => a.text !== "" && !a.text.startsWith("-") && isWithin(cwd, absolute(a.text, at)));

const starts = /^(?:start|restart)$/;
const daemons = /^(?:mysqld_safe|supervisord|sshd|start-stop-daemon|pg_ctlcluster)$/;

/** It starts what ends with its RUN, and in one RUN would go on. */
const runsOn = ({ name, args }: Ran): boolean =>
  daemons.test(name) ||
  (/^(?:service|systemctl|pg_ctl|rc-service)$|\/init\.d\//.test(name) && args.some((a) => starts.test(a.text))) ||
  args.some((a) => /^--(?:daemon|daemonize|fork)(?:=|$)/.test(a.text));

/** Who is put into a group is in it from the next process on. */
const givesGroups = ({ before: { user } }: Step, { name, args }: Ran): boolean =>
  /^(?:usermod|gpasswd|adduser|addgroup)$/.test(name) && args.some((a) => a.text === user);

/** A job in the background, wherever in a script. */
export const hasBackground = (node: Node): boolean => node.kind === "background" || innerNodes(node).some(hasBackground);
