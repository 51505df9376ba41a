// Words of tasks, paths and commits, brought to one form, so that "Routing the requests" meets `src/routes/request.ts`.

/** Longer ones are hashes and encoded data: nobody names a file so. */
const LONGEST = 40;

/** Words that stand in every sentence. What else is common is found out by counting (see routeRank.ts). */
const EMPTY = new Set(
  'a an and are as at be but by can do does for from has have if in into is it its no not of on or our so such than that the their them then there these they this to too up us was we were when where which who will with without you your'.split(
    ' ',
  ),
);

/** In the order of the text, as often as they occur. Splits `camelCase`, `snake_case`, `kebab-case` and paths. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && word.length <= LONGEST && !EMPTY.has(word))
    .map(stem);
}

/**
 * The part of an English word that its forms share: `routes`, `routing` and `route` are `rout`. Less than Porter's
 * algorithm does: words of code are rarely verbs in their rarer forms, and a wrong stem joins what has nothing in common.
 */
function stem(word: string): string {
  let rest = word;
  if (rest.length > 4 && rest.endsWith('ies')) rest = `${rest.slice(0, -3)}y`;
  else if (rest.length > 3 && rest.endsWith('s') && !/(ss|us|is)$/.test(rest)) rest = rest.slice(0, -1);
  if (rest.length > 6 && rest.endsWith('ion')) rest = rest.slice(0, -3);
  else if (rest.length > 5 && rest.endsWith('ing')) rest = rest.slice(0, -3);
  else if (rest.length > 4 && rest.endsWith('ed')) rest = rest.slice(0, -2);
  if (rest.length > 3 && /([bdfgmnprt])\1$/.test(rest)) rest = rest.slice(0, -1);
  return rest.length > 3 && rest.endsWith('e') ? rest.slice(0, -1) : rest;
}
