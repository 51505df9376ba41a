// Which settings a schema knows at a place: for whoever mistypes one.

import type { z } from 'zod';
import type { Path } from './yaml.ts';

/** @returns names of settings at `path`, in the order of the schema; none where any name will do */
export function settingsAt(schema: z.core.$ZodType, path: Path): string[] {
  const found = path.reduce<z.core.$ZodType[]>(
    (at, key) => at.flatMap((one) => inside(one, key)),
    bare(schema),
  );
  return [...new Set(found.flatMap((one) => (isObject(one) ? Object.keys(one._zod.def.shape) : [])))];
}

/** What a schema is made of, without what stands around it: defaults, transformations, alternatives. */
function bare(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
    case 'nonoptional':
      return bare(def.innerType);
    case 'pipe':
      return [...bare(def.in), ...bare(def.out)];
    case 'union':
      return def.options.flatMap(bare);
    default:
      return [schema];
  }
}

function inside(schema: z.core.$ZodType, key: string | number): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'array') return bare(def.element);
  if (def.type === 'record') return bare(def.valueType);
  const value = isObject(schema) ? schema._zod.def.shape[key] : undefined;
  return value === undefined ? [] : bare(value);
}

function isObject(schema: z.core.$ZodType): schema is z.core.$ZodObject {
  return (schema as z.core.$ZodTypes)._zod.def.type === 'object';
}
