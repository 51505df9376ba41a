import { formatPrice, total } from '@bakery/core';
import { footer } from './footer.js';
import { escapeHtml } from './html.js';

/** The page that shows a basket and what it costs. */
export function basketPage(basket) {
  const rows = basket.map((line) => `<li>${line.count} × ${escapeHtml(line.name)}</li>`);
  return `<ul>${rows.join('')}</ul><p>${formatPrice(total(basket))}</p>${footer()}`;
}
