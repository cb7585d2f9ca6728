// Packages of languages that are compiled where they are installed, and those that never are.
import type { Ran } from "../image/model.ts";
import { options } from "./call.ts";
import { isPip, isPython } from "./kinds.ts";

/** Python packages that come as wheels, for the card too: nothing is compiled for them (their pages on pypi.org, "Download files"). */
const wheels = new Set(
  "torch torchvision torchaudio numpy scipy pandas transformers accelerate tokenizers safetensors pillow opencv-python opencv-python-headless flask fastapi uvicorn gunicorn requests tqdm matplotlib scikit-learn pip setuptools wheel".split(
    " ",
  ),
);

/** Of a package as pip is told it: `torch==2.1`, `uvicorn[standard]`. */
const comesAsWheel = (argument: string): boolean => wheels.has(argument.replace(/[[<>=~!].*$/, ""));

/** pip, told only of packages that come as wheels. */
export function installsWheels({ name, args }: Pick<Ran, "name" | "args">): boolean {
  const words = isPython(name) && args[0]?.text === "-m" ? args.slice(1) : args;
  const { operands, has } = options(words, "i f --index-url --extra-index-url --find-links --trusted-host --timeout");
  const [verb, ...packages] = operands.map((a) => a.text);
  if (!isPip(name) && words === args) return false;
  const install = words === args ? verb : packages.shift();
  return install === "install" && !has("-r", "-e", "--requirement", "--editable", "--no-binary") && packages.every(comesAsWheel);
}

/** Python packages that PyPI has no Linux wheel of, as their pages list their files: they are compiled, against headers that slim lacks. */
const sourcesOnly =
  /^[ \t]*(?:psycopg2|psycopg\[c\]|mysqlclient|uwsgi|pycairo|pygraphviz|python-ldap|dbus-python|m2crypto|gssapi|meinheld)[ \t]*(?:$|[[=<>~!;#@,])/im;

/** Of a package as pip is told it, or a list of them. */
export const namesSources = (text: string): boolean => sourcesOnly.test(text);

/** Gems in C that rubygems.org has no Linux build of, as it lists their files. */
const gemsInC = gemNamed(
  "puma|unicorn|pitchfork|iodine|thin|eventmachine|nio4r|io-event|mysql2|bcrypt|bootsnap|msgpack|bigdecimal|racc|oj|rugged|websocket-driver|unf_ext|redcarpet",
);
/** It has builds of these. */
const gemsWithBuilds = gemNamed("pg|sqlite3|nokogiri|json|ffi|google-protobuf|grpc");

function gemNamed(names: string): RegExp {
  return new RegExp(`^\\s*(?:gem\\s*\\(?\\s*["']|)(?:${names})(?:["']|\\s+\\()`, "m");
}

/** Of a Gemfile, or its lock file; `takesBuilds` unless bundler is told to take none. */
export const namesGemsInC = (text: string, takesBuilds: boolean): boolean =>
  gemsInC.test(text) || (!takesBuilds && gemsWithBuilds.test(text));
