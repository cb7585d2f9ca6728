import { accountOnAlpine, isAccountTool } from "../commands/alpine-accounts.ts";
import { entriesOf, find } from "../image/files.ts";
import type { Ran, Stage, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import type { Edit } from "../text.ts";

/** Commands that make accounts and empty folders, or say whose they are: a run stage needs them itself, COPY --from brings none of it. */
const setupCommands = new Set(["useradd", "adduser", "groupadd", "addgroup", "usermod", "mkdir", "chown", "chgrp", "chmod", "true"]);

/** A RUN that prepares accounts and folders and touches no file that anything else wrote. */
export const isSetup = (step: Step): boolean =>
  step.instruction.keyword === "RUN" &&
  step.instruction.flags.length === 0 &&
  step.ran.length > 0 &&
  step.ran.every((r) => setupCommands.has(r.name) && !r.maybe && r.words.length > 0) &&
  step.changes.every((c) => c.entry.kind === "metadata");

/** Whether anything of it would be missed: an account, or a folder that stays empty. */
export const isMissed = (stage: Stage, step: Step): boolean => step.ran.some((r) => isAccountTool(r.name) || makesFolder(stage, r));

function makesFolder(stage: Stage, ran: Ran): boolean {
  if (ran.name !== "mkdir") return false;
  return ran.args.some(({ text }) => {
    const path = text.startsWith("/") ? text : `${ran.cwd}/${text}`;
    const node = find(stage.end.root, path, true);
    return node?.type === "folder" && !isWithin(stage.end.cwd, path) && entriesOf(node, path).length === 0;
  });
}

/** The same commands in BusyBox's words; undefined where one of them cannot be said so. */
export function onAlpine(text: string, step: Step): Edit[] | undefined {
  const edits: Edit[] = [];
  for (const ran of step.ran.filter((r) => r.name === "usermod" || isAccountTool(r.name))) {
    const [first] = ran.words;
    const last = ran.words.at(-1);
    const there = accountOnAlpine(ran);
    if (there === undefined || !first || !last) return undefined;
    if (text.slice(first.start, last.end) !== there) edits.push({ start: first.start, end: last.end, text: there });
  }
  return edits;
}

/** The commands of other RUNs that make this user and its group: their text, for a RUN of their own. Undefined where they cannot be said. */
export function accountCommands(steps: readonly Step[], user: string, isAlpine: boolean): string[] | undefined {
  const makers = steps.flatMap((s) => s.ran).filter((r) => isAccountTool(r.name) && !r.maybe);
  const made = makers.find((r) => r.args.some((a) => a.text === user) && (r.name === "useradd" || r.name === "adduser"));
  if (!made) return [];
  const groups = makers.filter(
    (r) => (r.name === "groupadd" || r.name === "addgroup") && r.args.some((a) => made.args.some((b) => a.text === b.text)),
  );
  const texts = [...groups, made].map((r) => (isAlpine ? accountOnAlpine(r) : r.words.map((w) => w.raw).join(" ")));
  return texts.includes(undefined) ? undefined : texts.filter((t) => t !== undefined);
}

/** Users that an image has from the start: base-passwd on Debian and Ubuntu, alpine-baselayout-data on Alpine. */
const ofDebian = new Set("root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody".split(" "));
const ofAlpine = new Set("root bin daemon lp sync shutdown halt mail news uucp cron ftp sshd games ntp guest nobody".split(" "));

export const isSystemUser = (user: string, isAlpine: boolean): boolean => /^\d+$/.test(user) || (isAlpine ? ofAlpine : ofDebian).has(user);
