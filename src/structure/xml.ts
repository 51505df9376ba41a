// XML, with line and column for what is wrong.

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Problem, sentenceOf } from '../task/problem.ts';

/** Elements within each other; a pom.xml needs a dozen. */
const DEEPEST = 100;

/**
 * Text is kept as it stands (a version `1.10` is no number). Entities that a document declares are expanded within the parser's bounds.
 *
 * @returns elements as tables; one that repeats is a list, an empty one an empty text
 * @throws Problem `invalid-manifest`, with `path:line:column` where it is known
 */
export function parseXml(text: string, path: string): unknown {
  const checked = XMLValidator.validate(text);
  if (checked !== true) {
    const { line, col, msg } = checked.err;
    const place = [path, line, col].filter((part) => part !== undefined).join(':');
    throw wrong(path, `${place}: not XML: ${msg.replace(/\.$/, '')}`);
  }
  try {
    return new XMLParser({
      parseTagValue: false,
      removeNSPrefix: true,
      maxNestedTags: DEEPEST,
    }).parse(text);
  } catch (error) {
    throw wrong(path, `${path}: ${sentenceOf(error)}`);
  }
}

function wrong(path: string, sentence: string): Problem {
  return new Problem('config', 'invalid-manifest', sentence, `Correct ${path}.`);
}
