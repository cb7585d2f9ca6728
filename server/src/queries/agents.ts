import type { Ran } from "../image/model.ts";
import { absolute, isWithin } from "../image/paths.ts";
import { removesByName } from "./removals.ts";

/**
 * gpg starts an agent that outlives it (gpg-agent(1)): until it has seen that its folder goes, it takes its sockets away itself, and an `rm` that is at
 * them at that moment fails (nginxinc/docker-nginx#269, hashicorp/docker-consul#144). With the end of its RUN it has ended, too.
 */
export function mayMeetAgent(rans: readonly Ran[], removing: readonly Ran[]): boolean {
  const starts = rans.some((r) => /^(?:gpg2?|dirmngr|apt-key)$/.test(r.name));
  const ended = rans.some((r) => /^(?:gpgconf|gpg-connect-agent|pkill|killall)$/.test(r.name));
  return starts && !ended && removing.some(takesSockets);
}

/** Its folder is one that `mktemp -d` made, or the home's own. */
const takesSockets = (ran: Ran): boolean =>
  (removesByName(ran) || ran.name === "find") &&
  ran.args.some((a) => {
    const path = absolute(a.text, ran.cwd);
    return /^\/tmp(?:\/(?:tmp\.?)?\*?)?$/.test(path) || isWithin(path, "/root/.gnupg") || /GNUPGHOME|\.gnupg/.test(a.text);
  });
