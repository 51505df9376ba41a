/** What is wrong with a customer's name, or undefined. */
export function nameProblem(name) {
  if (typeof name !== 'string') return 'a name is a text';
  return undefined;
}
