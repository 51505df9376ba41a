// What does not go together, in a few words.

import { type Clash, changeText, type Finding } from '../task/clash.ts';
import { listed } from '../task/list.ts';
import { printable } from '../task/quote.ts';

/** `src/a.ts (content), the export b of src/c.ts and 3 more` @param most so many are named */
export function clashText({ files, more, findings }: Clash, most: number): string {
  const conflicts = files.map(({ file, kind }) => `${printable(file)} (${kind})`);
  const broken = findings.map((finding) => `the export ${finding.export} of ${printable(finding.file)}`);
  const all = [...new Set([...conflicts, ...broken])];
  const left = Math.max(0, all.length - most) + more;
  return listed(all.slice(0, most), most) + (left > 0 ? ` and ${left} more` : '');
}

/** @param one who the first of the two is, and `other` the second */
export function findingText(finding: Finding, one: string, other: string): string {
  const [changes, uses] = finding.changedBy === 'one' ? [one, other] : [other, one];
  const what = `\`${finding.export}\` of ${printable(finding.file)}`;
  return `${what}: ${changes} ${printable(changeText(finding))}, ${uses} begins to use it in ${printable(finding.usedIn)}`;
}
