import { statements as first } from './0001-first.ts';
import { statements as opinions } from './0002-opinions.ts';
import { statements as reviews } from './0003-reviews.ts';
import { statements as takeovers } from './0004-takeovers.ts';
import { statements as usage } from './0005-usage.ts';
import { statements as inferred } from './0006-inferred.ts';
import { statements as fileLocks } from './0007-fileLocks.ts';
import { statements as scheduling } from './0008-scheduling.ts';
import { statements as turns } from './0009-turns.ts';
import { statements as purposes } from './0010-purposes.ts';
import { statements as named } from './0011-named.ts';

/** Append only. The number of migrations is the version of a database. */
export const migrations: readonly (readonly string[])[] = [
  first,
  opinions,
  reviews,
  takeovers,
  usage,
  inferred,
  fileLocks,
  scheduling,
  turns,
  purposes,
  named,
];
