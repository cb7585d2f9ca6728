import { standPrefixes } from "./support/prefixes.ts";

standPrefixes(1);
