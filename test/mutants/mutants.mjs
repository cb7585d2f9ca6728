// The model broken on purpose, one way at a time. `replace` takes the place of the only occurrence of `find`.
export const mutants = [
  {
    name: "no copy-up on chown",
    file: "build/open-layer.ts",
    find: 'note(open, "stored again", path, entry);\n    const left = whatIsLeft(changed);',
    replace: "return entry;\n    const left = whatIsLeft(changed);",
  },
  {
    name: "no whiteout: removing frees lower layers",
    file: "build/apply.ts",
    find: 'entriesOf(node, real)) if (entry.layer !== open.layer) note(open, "removed", at, entry);',
    replace: "entriesOf(node, real)) void [at, entry];",
  },
  {
    name: "removing in the same layer frees nothing",
    file: "build/apply.ts",
    find: 'if (!node || (node.type === "folder" && !effect.recursive',
    replace:
      'if (node?.type === "file" && node.entry.layer === open.layer) return;\n  if (!node || (node.type === "folder" && !effect.recursive',
  },
  { name: "lists counted twice", file: "commands/apt.ts", find: "if (isFresh) return", replace: "if (call) return" },
  { name: "a fix that drops a comment", file: "edits/merge.ts", find: 'out += comments.join("") +', replace: "out +=" },
  {
    name: "mounts are kept in the layer",
    file: "build/run-instruction.ts",
    find: "unmount(open, before, mounted);",
    replace: "void mounted;",
  },
  { name: "hard links counted twice", file: "image/files.ts", find: "if (seen.has(key)) continue;", replace: "" },
  {
    name: "an unknown command writes nothing",
    file: "build/apply.ts",
    find: 'loosen(open, { id: effect.id, kind: "unknown"',
    replace: 'void ({ id: effect.id, kind: "unknown"',
  },
  {
    name: "what may happen is taken for certain",
    file: "build/script.ts",
    find: "this.list(body, inner, { ...flow, maybe: true",
    replace: "this.list(body, inner, { ...flow, maybe: false",
  },
  {
    name: "sh -c has the arguments around it",
    file: "build/scope.ts",
    find: "setPositional(inner, args);\n  if",
    replace: "void args;\n  if",
  },
  {
    name: "what an archive held stays in a lower layer",
    file: "build/apply.ts",
    find: "(isFresh(entry) || (isUnpacked(entry) && !hasGlob(name) && !maybe))",
    replace: "isFresh(entry)",
  },
  {
    name: "a pattern that fits nothing yet is nothing",
    file: "build/copy.ts",
    find: "(filter.isOnly && !isLeftOut)",
    replace: "filter.parents",
  },
  {
    name: "append replaces",
    file: "build/write.ts",
    find: "if (old) size = add(isParted && old.layer !== open.layer ? atLeast(old.size) : old.size, size);",
    replace: "if (old) size = atLeast(size);",
  },
  {
    name: "a stage that is thrown away ships",
    file: "build/build.ts",
    find: "at = stages[at]?.baseStage",
    replace: "at = at > 0 ? at - 1 : undefined",
  },
  {
    name: "an unknown that newly appears is a saving",
    file: "build/difference.ts",
    find: 'if (come) return { bytes: undefined, lowerBound: false, basis: "unknown" };',
    replace: "",
  },
  {
    name: ".dockerignore is not read",
    file: "build/ignore.ts",
    find: "const ignored = exclusion.excludes(at);",
    replace: "const ignored = false;",
  },
  {
    name: "cd leaks out of a merged RUN",
    file: "edits/merge.ts",
    find: "cd pushd popd export",
    replace: "pushd popd export",
  },
];
