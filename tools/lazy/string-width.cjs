// In the bundle in place of string-width: its module makes an Intl.Segmenter when it is loaded, which costs every start
// some 25 ms, and most texts need none.
let real;

module.exports = function stringWidth(text, options) {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  real ??= require('../../node_modules/string-width/index.js').default;
  return real(text, options);
};
