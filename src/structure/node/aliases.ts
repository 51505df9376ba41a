// Aliases for paths, as `paths` of tsconfig.json has them: `@/*` → `src/*`.

export interface Alias {
  readonly pattern: string;
  /** Paths in the repository, where `*` stands for what it stands for in the pattern. */
  readonly targets: readonly string[];
}

export interface Aliases {
  readonly all: readonly Alias[];
  /** Where an import leads; undefined where no pattern fits. */
  resolve(specifier: string): readonly string[] | undefined;
}

export const NO_ALIASES: Aliases = { all: [], resolve: () => undefined };

/** As the compiler does it: what is exact first, then the longest prefix. Answers are kept: the same imports come again. */
export function makeAliases(all: readonly Alias[]): Aliases {
  if (all.length === 0) return NO_ALIASES;
  const exact = new Map(
    all.filter(({ pattern }) => !pattern.includes('*')).map((one) => [one.pattern, one.targets]),
  );
  const wild = all.filter(({ pattern }) => pattern.includes('*')).map(wildOf);
  wild.sort((one, other) => other.prefix.length - one.prefix.length);
  const answers = new Map<string, readonly string[] | undefined>();
  return {
    all,
    resolve(specifier) {
      if (answers.has(specifier)) return answers.get(specifier);
      const answer = exact.get(specifier) ?? firstFit(specifier, wild);
      answers.set(specifier, answer);
      return answer;
    },
  };
}

interface Wild {
  readonly prefix: string;
  readonly suffix: string;
  readonly targets: readonly string[];
}

function wildOf({ pattern, targets }: Alias): Wild {
  const star = pattern.indexOf('*');
  return { prefix: pattern.slice(0, star), suffix: pattern.slice(star + 1), targets };
}

function firstFit(specifier: string, wild: readonly Wild[]): readonly string[] | undefined {
  const found = wild.find(
    ({ prefix, suffix }) =>
      specifier.length >= prefix.length + suffix.length &&
      specifier.startsWith(prefix) &&
      specifier.endsWith(suffix),
  );
  if (found === undefined) return undefined;
  const rest = specifier.slice(found.prefix.length, specifier.length - found.suffix.length);
  return found.targets.map((target) => target.replace('*', () => rest));
}
