// Questions of yes or no.

/**
 * Asks until the answer is one of both.
 * @param ask puts a question; undefined when whoever is asked goes away
 * @param usual what Enter stands for
 * @returns undefined when nobody answers any more
 */
export async function askYesNo(
  question: string,
  usual: boolean,
  ask: (question: string) => Promise<string | undefined>,
  narrate: (line: string) => void,
): Promise<boolean | undefined> {
  for (;;) {
    const answer = await ask(`${question} ${usual ? '[Y/n]' : '[y/N]'} `);
    const meant = answer === undefined ? undefined : meantBy(answer, usual);
    if (answer === undefined || meant !== undefined) return meant;
    narrate('Please answer y or n.');
  }
}

/** @returns undefined for what is neither */
function meantBy(answer: string, usual: boolean): boolean | undefined {
  const word = answer.trim().toLowerCase();
  if (word === '') return usual;
  if (['y', 'yes'].includes(word)) return true;
  return ['n', 'no'].includes(word) ? false : undefined;
}
