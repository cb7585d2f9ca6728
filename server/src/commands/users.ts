import type { Effect } from "../image/effects.ts";
import { typical } from "../image/size.ts";
import { type Handler, options } from "./call.ts";

/**
 * An account: the files of /etc that hold it, written anew. 4.3 kB for useradd on Debian bookworm, measured
 * with real builds; on bullseye a high uid also makes a sparse /var/log/lastlog that counts in full (324 MB at uid 1,000,000).
 */
const accountBytes = 4_300;

const account: Handler = (call) => {
  const o = options(call.args, "u g G d s c k K e p b f");
  const uid = Number(o.value("-u", "--uid") ?? 0);
  const noLog = o.has("-l", "--no-log-init");
  const release = call.state.base?.os?.release;
  const effects: Effect[] = [
    {
      do: "fill",
      path: "/etc",
      entry: {
        id: `account:${o.operands.at(-1)?.text ?? ""}`,
        kind: "metadata",
        what: "/etc/passwd and its kin",
        size: typical(accountBytes),
      },
    },
  ];
  if (uid < 100_000 || noLog || call.name !== "useradd") return effects;
  if (release === "bullseye") {
    // lastlog holds 292 bytes a uid, and faillog 32 (shadow's own formats).
    return [
      ...effects,
      { do: "write", path: "/var/log/lastlog", size: typical(292 * (uid + 1)), kind: "metadata" },
      { do: "write", path: "/var/log/faillog", size: typical(32 * (uid + 1)), kind: "metadata" },
    ];
  }
  const fixed = new Set(["bookworm", "trixie"]);
  return fixed.has(release ?? "") ? effects : [...effects, { do: "unknown", id: "lastlog", what: "/var/log/lastlog" }];
};

export const users: Record<string, Handler> = {
  useradd: account,
  adduser: account,
  groupadd: account,
  addgroup: account,
  usermod: account,
  groupmod: account,
  userdel: account,
  deluser: account,
  passwd: account,
  chpasswd: account,
};
