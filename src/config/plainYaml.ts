// YAML of other tools, whose schema is theirs.

import { z } from 'zod';
import { parseYaml } from './yaml.ts';

/**
 * @param place how to call the file in a sentence
 * @throws Problem with `place:line:column`
 */
export function parsePlainYaml(text: string, place: string): unknown {
  return parseYaml(text, place, 'invalid-yaml', z.unknown()).data;
}
