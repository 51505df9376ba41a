// The answer in what a program in print mode says: all of it, or its last fenced block.

import { type ReadConflictAnalysis, readConflictAnalysis } from './conflictAnalysis.ts';

/** @param output the bytes that it printed */
export function findConflictAnalysis(output: Uint8Array): ReadConflictAnalysis {
  let said: string;
  try {
    said = new TextDecoder('utf-8', { fatal: true }).decode(output);
  } catch {
    return { kind: 'unreadable', reason: 'it printed what is not UTF-8' };
  }
  if (said.trim() === '') return { kind: 'unreadable', reason: 'it printed nothing' };
  // Prose around the object is common; an object within prose might as well be a quotation.
  return readConflictAnalysis(lastBlock(said) ?? said);
}

/** What stands in the last fence that is closed; a fence is closed by one of at least its length. */
function lastBlock(text: string): string | undefined {
  let last: string | undefined;
  let open: { readonly fence: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w-]*)\s*$/.exec(line);
    if (open === undefined) {
      if (fence?.[1] !== undefined) open = { fence: fence[1], lines: [] };
    } else if (fence?.[1]?.startsWith(open.fence) && fence[2] === '') {
      last = open.lines.join('\n');
      open = undefined;
    } else open.lines.push(line);
  }
  return last;
}
