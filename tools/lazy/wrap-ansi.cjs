// In the bundle in place of wrap-ansi, for the same reason: most texts fit as they are.
let real;

module.exports = function wrapAnsi(text, columns, options) {
  if (text.length <= columns && /^(?! )[\x20-\x7e]*(?<! )$/.test(text)) return text;
  real ??= require('../../node_modules/wrap-ansi/index.js').default;
  return real(text, columns, options);
};
