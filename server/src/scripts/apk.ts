// Makes server/src/sizes/data/apk.gz of server/src/scripts/apk/packages.tsv: Alpine's packages as its own indexes have them.
//
//     npm run data:apk
//
// With a folder behind the command that holds the indexes of apk/indexes.ts (the text APKINDEX of each, as `3.22-main`), packages.tsv is made
// anew before: the packages that Dockerfiles name (apk/names.txt), with all they need.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { columnsOf } from "./apk/columns.ts";
import { rowsIn, rowsOf, tableOf } from "./apk/read.ts";
import { pack } from "./packages/pack.ts";
import { textOf } from "./packages/snapshot.ts";

const table = "server/src/scripts/apk/packages.tsv";
const [folder] = process.argv.slice(2);
if (folder) {
  const lines = readFileSync("server/src/scripts/apk/names.txt", "utf8").split("\n");
  const named = lines.flatMap((line) => /^\d+ (.+)$/.exec(line)?.[1] ?? []);
  const rows = rowsOf(({ release, repository }) => readFileSync(join(folder, `${release}-${repository}`), "utf8"), named);
  writeFileSync(table, tableOf(rows));
}
const rows = rowsIn(readFileSync(table, "utf8"));
const packed = pack(Buffer.from(textOf(columnsOf(rows)), "latin1"));
writeFileSync("server/src/sizes/data/apk.gz", packed);
console.log(`${rows.length} rows, ${packed.length} bytes`);
