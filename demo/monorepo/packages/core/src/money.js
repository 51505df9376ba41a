/** `1250` → `12.50`: cents as people read them. */
export function formatPrice(cents) {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
