import type { Column } from "../packages/snapshot.ts";
import { indexes } from "./indexes.ts";
import type { Row } from "./read.ts";

/** The table as a snapshot's columns (sizes/packages/format.ts): what comes by itself stands where a Debian package has what it recommends. */
export function columnsOf(rows: readonly Row[]): Column[] {
  return [...new Set(indexes.map(({ release }) => release))].map((release): Column => {
    const dates = indexes.filter((index) => index.release === release).map(({ date }) => date);
    const own = rows.filter((row) => row.release === release);
    return {
      header: { os: "alpine", name: release, date: dates.sort().at(-1) ?? "", lists: 0, base: [] },
      cells: new Map(
        own.map(({ package: name, bytes, needs, comes }) => [
          name,
          {
            installed: bytes === undefined ? undefined : Math.round(bytes / 1024),
            depends: bytes === undefined ? [] : needs.map((needed) => [needed]),
            recommends: comes,
            conflicts: [],
            providers: bytes === undefined ? needs : [],
            parts: undefined,
          },
        ]),
      ),
    };
  });
}
