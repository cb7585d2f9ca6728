import type { Stored } from "./files.ts";

// Of some files nobody knows the size, and everybody that it is little.

/** What their names say: some kilobytes, and nothing that is worth a word. */
const names: readonly RegExp[] = [
  // Signatures and sums. A key is another matter: one that is secret has no place in a layer, however small it is.
  /\.(?:asc|sig|(?:md5|sha(?:1|224|256|384|512))(?:sums?)?)$/i,
  /\/(?:checksums?|(?:md5|sha(?:1|224|256|384|512))sums?)(?:\.txt)?$/i,
  // Packages that set up a repository: an address, and a key that everybody may know.
  /(?:keyring|release|apt-(?:source|config)|erlang-solutions|packages-microsoft-prod|-repo)[^/]*\.(?:deb|rpm)$/,
  // A repository's address: `fedora.repo`, `sources.list`.
  /\.(?:repo|list|sources)$/,
  // What people write by hand, put aside: `package.json.bak`; and what they change in it.
  /\.(?:json|toml|ya?ml|xml|conf|cfg|ini|txt)\.(?:bak|orig|old)$/,
  /\.(?:patch|diff)$/,
  // Names and versions, a line each.
  /\/[\w.-]*(?:requirements|constraints|packages|versions?)[\w.-]*\.(?:txt|in|lst)$/i,
  // How a project is built, and in which versions: `cabal.project.freeze`, `Gemfile`.
  /\/(?:[\w-]+\.cabal|cabal\.project(?:\.\w+)?|Gemfile|Procfile|Makefile|Dockerfile|go\.(?:mod|work))$/,
  // Settings that a program reads when it starts: `user.rc`, `log4j.properties`.
  /\.(?:cnf|crontab|desktop|policy|properties|rc)$/,
  // Sources of one file: `quicklisp.lisp`.
  /\.(?:el|lisp|lua|scm|vim)$/,
  // Scripts and settings that somebody wrote: an installer that carries its programs has their version or its machine in its name.
  /\/(?!\w*(?:linux|unix|x64|installer|setup|bundle)\b)[a-z_.-]+\.(?:sh|bash|service|conf|cfg|ini|env|toml|ya?ml)$/i,
  /\/(?:scripts?|docker-entrypoint\.d|init\.d|cron\.\w+)\/[^/]+$/,
  // Programs of some ten kilobytes that start others.
  /\/(?:tini|dumb-init|su-exec)$/,
  // Packages with one small program each, which most bases have already: some hundred kilobytes.
  /^rpm:(?:bzip2|curl|diffutils|file|gzip|hostname|less|patch|sed|tar|unzip|which|xz|zip)$/,
  // Certificates that the own house trusts: some kilobytes each (update-ca-certificates(8), update-ca-trust(8)).
  /\/usr\/local\/share\/ca-certificates(?:\/|$)|\/ca-trust\/source\/anchors(?:\/|$)/,
  // gpg's own folder: the keys that it fetched.
  /\/\.gnupg(?:\/|$)/,
];

/** Ends the id of a file that people wrote, and that lay in a repository as it is. */
export const written = "?written";
/** Ends the id of a file whose address names a machine: it carries its programs with it, whatever it is called here (`Miniconda3-latest-Linux-x86_64.sh`). */
export const forMachine = "?machine";

/** Of a size that nobody knows, and surely small. */
export const isLittle = ({ path, entry }: Stored): boolean =>
  entry.size.lowerBound &&
  !entry.id.endsWith(forMachine) &&
  (entry.id.endsWith(written) || names.some((name) => name.test(path) || name.test(entry.id)));

/** Keys and certificates, and whom ssh knows and lets in, weigh some kilobytes; in a layer that a later one hides they are another matter. */
export const isKey = ({ path }: Stored): boolean => /\.(?:key|pem|crt|cer|csr|der|p12|pfx|jks|gpg|pub)$|\/\.ssh(?:\/|$)/i.test(path);

/** What people write or a tool notes down: text of some kilobytes. */
const text =
  /(?:\.(?:awk|bash|bat|bats|c|cron|css|csv|env|expect|erb|fish|go|groovy|h|html?|j2|js|json5?|list|lock|lua|md|mjs|patterns?|php|pl|plist|ps1|py|rb|repo|rsp|rules|scss|service|sh|sql|tmpl|tpl|ts|txt|xml|ya?ml|zsh)|(?:^|[/_-])(?:entrypoint|healthcheck|wrapper|version)|\/\.(?:env|htaccess|\w*(?:rc|profile|aliases|ignore|config)))$/i;

/** An address whose clone holds recipes for packages, settings, or somebody's snippet: some kilobytes, with all that ever changed in them. */
export const holdsRecipes = (url: string): boolean => /\baur\.archlinux\.org\/|\bgist\.github\.com[/:]|dotfiles/.test(url);

/** Of a size that nobody knows, and surely worth a word: a program, an archive, a project's clone, what was built or installed. */
export function isWeighty(stored: Stored): boolean {
  const { path, entry } = stored;
  if (!entry.size.lowerBound || entry.kind === "metadata" || isLittle(stored) || isKey(stored)) return false;
  if (entry.kind === "source" && holdsRecipes(entry.what)) return false;
  // A clone's own folder goes by what is checked out beside it.
  return !/^\/etc\/|\/\.git$/.test(path) && !text.test(path) && !text.test(entry.id);
}
