// What a component is called before people: by its README or its description, where those are a name and not a sentence, else
// by its folder.

/** Written in capitals, or in their own way. */
const WORDS: Readonly<Record<string, string>> = {
  api: 'API',
  apis: 'APIs',
  bff: 'BFF',
  cdk: 'CDK',
  cdn: 'CDN',
  ci: 'CI',
  cli: 'CLI',
  cms: 'CMS',
  crm: 'CRM',
  css: 'CSS',
  db: 'DB',
  e2e: 'E2E',
  graphql: 'GraphQL',
  grpc: 'gRPC',
  html: 'HTML',
  http: 'HTTP',
  i18n: 'I18n',
  ios: 'iOS',
  json: 'JSON',
  orm: 'ORM',
  pdf: 'PDF',
  rpc: 'RPC',
  sdk: 'SDK',
  seo: 'SEO',
  sql: 'SQL',
  ui: 'UI',
  url: 'URL',
  ux: 'UX',
  xml: 'XML',
};

/** A longer one is a sentence. */
const LONGEST = 32;

/** `shared-types` → `Shared Types` */
export function titleOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return words.map(titleWord).join(' ') || name;
}

function titleWord(word: string): string {
  const lower = word.toLowerCase();
  if (Object.hasOwn(WORDS, lower)) return WORDS[lower] as string;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/**
 * The first heading of a README, without its Markdown.
 * @returns undefined where there is none, or it is no name: a sentence, or the package's name in code (`@acme/ui`)
 */
export function titleOfReadme(text: string): string | undefined {
  const heading = /^(?: {0,3}#[ \t]+(.+)|(\S.*)\r?\n=+[ \t]*\r?$)/m.exec(text.slice(0, 4000));
  const bare = (heading?.[1] ?? heading?.[2] ?? '')
    .replace(/!\[[^\]]*\]\([^)]*\)|<[^>]*>|#+\s*$/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '');
  return asTitle(bare);
}

/** @returns undefined where it is a sentence, or a name in code */
export function asTitle(text: string | undefined): string | undefined {
  const bare = (text ?? '')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F|\u200D/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.:]$/, '');
  if (bare === '' || bare.length > LONGEST || /^@|[/\\<>{}|]|https?:/.test(bare)) return undefined;
  // A name in code says no more than the folder does, which is written with capitals.
  return /^[a-z0-9]+([-_.][a-z0-9]+)*$/.test(bare) ? undefined : bare;
}
