// What somebody answers to a question of yes or no.

/** After a question; which one Enter stands for is written large. */
export const choices = (usual: boolean) => (usual ? '[Y/n]' : '[y/N]');

export const ASK_AGAIN = 'Please answer y or n.';

/** @returns undefined for what is neither */
export function readYesNo(answer: string, usual: boolean): boolean | undefined {
  const word = answer.trim().toLowerCase();
  if (word === '') return usual;
  if (['y', 'yes'].includes(word)) return true;
  return ['n', 'no'].includes(word) ? false : undefined;
}
