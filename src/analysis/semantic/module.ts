import path from 'node:path';

const MODULE = /\.[cm]?[jt]sx?$/;
const GENERATED = /\.min\.[cm]?js$|(^|\/)(node_modules|dist)\//;

/** Whether a file is a module that somebody writes, in JavaScript or TypeScript. */
export const isModule = (file: string) => MODULE.test(file) && !GENERATED.test(file);

/** A module's path as an import may name it: without its ending, and a folder for its index. */
export function stemOf(file: string): string {
  return file
    .replace(/\/$/, '')
    .replace(/(\.d)?\.[cm]?[jt]sx?$/, '')
    .replace(/(^|\/)index$/, (_, slash: string) => (slash === '' ? '.' : ''));
}

/** Where a relative specifier leads, as a stem; null for all others. */
export function targetOf(file: string, specifier: string): string | null {
  if (!/^\.\.?(\/|$)/.test(specifier)) return null;
  return stemOf(path.posix.join(path.posix.dirname(file), specifier));
}
