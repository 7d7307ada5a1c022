// Finds what a TypeScript file imports.

/** Specifiers of static and dynamic imports and re-exports; examples in comments do not count. */
export function importsOf(source: string): readonly string[] {
  const code = source
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join("\n");
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)].map(
    ([, specifier]) => specifier ?? "",
  );
}
