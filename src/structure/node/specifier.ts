// What follows `from`: the name of a package, with or without a path in it.

/**
 * Which package an import is of: `@acme/ui/button` → `@acme/ui`.
 * @returns undefined for paths, `node:fs`, `#own` and the like
 */
export function packageOf(specifier: string): string | undefined {
  return /^(?:@[^/@:]+\/)?[^./@:#~][^/:]*(?=\/|$)/.exec(specifier)?.[0];
}
