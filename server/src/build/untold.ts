import { familyOf, isDnf, isPython } from "../commands/kinds.ts";
import { homeOfUser } from "../image/homes.ts";
import { type Ran, variableInShell } from "../image/model.ts";

// Files that a command reads without being told: where its repositories are, whose keys it trusts, who its user is there.

const rpm = ["/etc/yum.repos.d", "/etc/yum.conf", "/etc/yum", "/etc/dnf", "/etc/pki/rpm-gpg"];
const apt = ["/etc/apt", "/usr/share/keyrings"];
const npm = ["/etc/npmrc", "/usr/etc/npmrc", "~/.npmrc"];
const pip = ["/etc/pip.conf", "/etc/xdg/pip", "~/.pip", "~/.config/pip"];

/** By their families: each tool's own manual, on its configuration. */
const places: Readonly<Record<string, readonly string[]>> = {
  // They ask whether the locale that is set is there, and fail where it is not (update-locale(8)).
  "update-locale": ["/usr/lib/locale"],
  locale: ["/usr/lib/locale"],
  sudo: ["/etc/sudoers.d"],
  "apt-get": apt,
  "apt-cache": apt,
  "add-apt-repository": apt,
  "apt-add-repository": apt,
  rpm: ["/etc/pki/rpm-gpg"],
  yumdownloader: rpm,
  repoquery: rpm,
  reposync: rpm,
  "yum-builddep": rpm,
  zypper: ["/etc/zypp"],
  apk: ["/etc/apk"],
  pacman: ["/etc/pacman.conf", "/etc/pacman.d"],
  pip,
  npm,
  npx: npm,
  pnpm: npm,
  yarn: [...npm, "~/.yarnrc", "~/.yarnrc.yml"],
  gem: ["~/.gemrc"],
  mvn: ["~/.m2/settings.xml", "~/.m2/settings-security.xml"],
};

const placesOf = (name: string): readonly string[] => {
  const family = familyOf(name);
  return isDnf(family) ? rpm : Object.hasOwn(places, family) ? (places[family] ?? []) : [];
};

/** Folders and files that a command reads by itself. */
export function readsUntold({ name, args, command, user, before }: Ran): readonly string[] {
  const [flag, module] = args;
  const own = isPython(name) && flag?.text === "-m" && module?.text === "pip" ? pip : placesOf(name);
  const found = command?.words.some((w) => w.raw === "sudo") ? [...own, ...placesOf("sudo")] : own;
  const home = user === undefined ? (variableInShell(before, "HOME")?.text ?? "") : homeOfUser(user, before);
  return found.map((path) => path.replace(/^~/, home));
}
