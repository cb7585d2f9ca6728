import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { familyOf } from "../commands/kinds.ts";
import type { Ran, Step } from "../image/model.ts";
import { startedBy } from "./started.ts";

/** Programs that fetch what they are told over https and trust what the system's certificates say; pip, npm and node bring their own (certifi, node's root store). */
const fetchesTold = /^(?:curl|wget|git|svn|hg|aria2c|helm)$/;
/** The same, and they need no address: it stands in files of theirs. */
const alwaysFetches =
  /^(?:go|cargo|rustup|gem|bundle|bundler|composer|add-apt-repository|update-ca-certificates|dotnet|nuget|R|Rscript|vcs|west|rosdep|opam|stack|cabal|mix|cpanm|luarocks)$/;
/** An address in the code of a line, in what pip has git clone, or in a list of apt's: that is fetched with the system's certificates, too. */
const inside: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:php|ruby|perl|python)$/, /https:\/\//],
  [/^pip$/, /^git\+https:/],
  [/^(?:echo|printf)$/, /\bdeb(?:-src)?\s.*https:/],
];

/**
 * Whether something behind a command of this image fetches over https with the system's certificates: later in its RUN, in a later one, or when
 * the container starts or is checked. A script that nobody knows may.
 */
export function fetchesLater(subject: Subject, step: Step, ran: Ran): boolean {
  const later = shippedSteps(subject).filter((s) => s.index > step.index);
  const rans = [...step.ran.slice(step.ran.indexOf(ran) + 1), ...later.flatMap((s) => s.ran)];
  const forms = later.filter((s) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(s.instruction.keyword));
  return rans.some((r) => fetches(r) || isScript(r)) || forms.some((s) => startedBy(s.instruction, s.after).some(fetches));
}

const fetches = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  alwaysFetches.test(name) ||
  (fetchesTold.test(name) && args.some((a) => !a.known || /^['"]?https:/.test(a.text))) ||
  inside.some(([program, address]) => program.test(familyOf(name)) && args.some((a) => address.test(a.text)));

const isScript = (ran: Ran): boolean => isUnread(ran) && /\.sh$|^\.?\//.test(ran.name);
