/** What a basket costs, in cents. */
export function total(basket) {
  return basket.reduce((sum, line) => sum + line.cents * line.count, 0);
}
