// Which of our own environment variables a child may see.

/** Of `git rev-parse --local-env-vars`, and what else points git elsewhere. */
const GIT_LOCAL = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_COUNT',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_CEILING_DIRECTORIES',
  'GIT_EXTERNAL_DIFF',
  'GIT_QUARANTINE_PATH',
];

export type Environment = Readonly<Record<string, string>>;

/** Without git's local variables and npm's, and without the pinned Node that `npm run` puts first on PATH. */
export function cleanEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || GIT_LOCAL.includes(name)) continue;
    if (/^GIT_CONFIG_(KEY|VALUE)_\d+$/.test(name) || /^npm_/i.test(name)) continue;
    if (name === 'INIT_CWD' || name === 'NODE_COMPILE_CACHE' || name === 'NODE' || name === '_') continue;
    if (name === 'PORT' || /^STEROIDS_/.test(name)) continue;
    clean[name] = name === 'PATH' ? withoutNpmFolders(value, environment) : value;
  }
  return clean;
}

/** What our own git may be told: who the person is, where the configuration stands, how others are reached. */
const TOLD_TO_GIT =
  /^GIT_((AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|ATTR_NOSYSTEM|EXEC_PATH|DISCOVERY_ACROSS_FILESYSTEM|(SSH|ASKPASS|SSL|HTTP|PROXY|ALLOW_PROTOCOL|PROTOCOL|LFS)(_.+)?)$/;

/**
 * For git whose answers we read: not what changes them (`GIT_DIFF_OPTS`, `GIT_ICASE_PATHSPECS`), mixes with them
 * (`GIT_TRACE`) or holds them back (`GIT_FLUSH=0`).
 */
export function gitEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(
    Object.entries(cleanEnvironment(environment)).filter(
      ([name]) => !name.startsWith('GIT_') || TOLD_TO_GIT.test(name),
    ),
  );
}

/** `npm run` puts `node_modules/.bin` of every parent folder in front; those are its tools, not the children's. */
function withoutNpmFolders(path: string, environment: Readonly<Record<string, string | undefined>>): string {
  const folders = path.split(':');
  if (environment.npm_lifecycle_event === undefined) return path;
  let first = 0;
  while (/(\/node_modules\/\.bin|\/node-gyp-bin)$/.test(folders[first] ?? '')) first++;
  return folders.slice(first).join(':') || path;
}

export function without(environment: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

const SECRET =
  /(^|_)(TOKEN|SECRET|SECRETS|(PG)?PASSWORD|PASSWD|CREDENTIALS|API_?KEY|(PRIVATE|SECRET)_KEY|ACCESS_KEY(_ID)?|AUTH)$/i;

/** Shorter values (`1`, `true`, a name) would take ordinary words out of what is shown. */
const SHORTEST_SECRET = 8;

/** The values of what looks like a secret by its name, the longest first. */
export function secretValues(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment)
    .flatMap(([name, value]) =>
      SECRET.test(name) && value && value.length >= SHORTEST_SECRET ? [value] : [],
    )
    .sort((one, other) => other.length - one.length);
}

/** For set-up and verification, which run what coders wrote: no secret but those that `keep` names. */
export function withoutSecrets(environment: Environment, keep: readonly string[]): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => keep.includes(name) || !SECRET.test(name)),
  );
}
