/** The library: `analyze(text, world?)`. The catalogue of base images and the packages of Debian and Ubuntu are built in; a context must be given. */
import type { Analysis, AnalysisWorld } from "./analysis.ts";
import { analyze as analyzeWith } from "./analyze.ts";
import { builtin, today } from "./sizes/builtin.ts";

export type { Analysis, AnalysisWorld } from "./analysis.ts";

export const analyze = (text: string, world: AnalysisWorld = {}): Analysis => analyzeWith(text, { ...builtin, today: today(), ...world });
