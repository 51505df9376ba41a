import { statements as first } from './0001-first.ts';
import { statements as opinions } from './0002-opinions.ts';
import { statements as usage } from './0006-usage.ts';

/** Append only. The number of migrations is the version of a database. */
export const migrations: readonly (readonly string[])[] = [first, opinions, usage];
