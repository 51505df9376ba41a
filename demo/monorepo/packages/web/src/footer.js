const LINES = ['The corner bakery'];

/** The end of every page. */
export function footer() {
  return `<footer>${LINES.join(' · ')}</footer>`;
}
