// Why predictions and builds differ where they do, and what is left out: the words of docs/accuracy.md. One entry for each cause found.
export const causes = [];
