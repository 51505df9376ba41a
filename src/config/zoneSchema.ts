// Zones, as .steroids/config.yaml names them.

import { z } from 'zod';
import { reviewers } from './programs.ts';
import { glob, name, whole } from './values.ts';

const ZONE_PATHS = 'globs of its files, like ["api/**"]';

const zone = {
  paths: z.array(glob, { error: ZONE_PATHS }).min(1, ZONE_PATHS),
  maxRunners: whole(1, 100).default(1),
  exclusive: z.boolean().default(false),
  /** Whose tasks belong to it where they name no paths. */
  sections: z.array(z.string().min(1)).default([]),
  /** Who reviews what is changed in it, instead of `reviewer`. */
  reviewer: reviewers.optional(),
  /** The same, as a list. */
  reviewers: z.array(name, { error: 'a list of names of reviewers' }).min(1).optional(),
};
const zoneName = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^\n\r\0:/"]+$/, 'a name of one line without ":", "/" and quotes');

const zoneList = z.array(z.strictObject({ name: zoneName, ...zone }), {
  error: 'a list of zones { name, paths }, or a map from names to { paths }',
});
const zoneMap = z
  .record(zoneName, z.strictObject(zone))
  .transform((named) => Object.entries(named).map(([name, rest]) => ({ name, ...rest })));

/** A list with names, or a map from names; a list from here on. A union would not say where in it the mistake is. */
export const zones = z
  .unknown()
  .transform((given, context): Omit<z.output<typeof zoneList>[number], 'reviewers'>[] => {
    const isMap = given !== null && typeof given === 'object' && !Array.isArray(given);
    const { data = [], error } = isMap ? zoneMap.safeParse(given) : zoneList.safeParse(given);
    for (const issue of error?.issues ?? [])
      context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
    return data.map(({ reviewer, reviewers: list, ...zone }, index) => {
      if (reviewer !== undefined && list !== undefined) {
        const path = [isMap ? zone.name : index, 'reviewers'];
        context.issues.push({
          code: 'custom',
          message: 'reviewer or reviewers, not both',
          path,
          input: given,
        });
      }
      const chosen = reviewer ?? list;
      return chosen === undefined ? zone : { ...zone, reviewer: chosen };
    });
  });
