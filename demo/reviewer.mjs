// A scripted reviewer: reads the dossier on standard input and prints its verdict. It wants of every new exported
// function what a strict colleague would: a comment that says what it does, and a test.

import { text } from 'node:stream/consumers';

const files = filesOf(diffToReview(await text(process.stdin)));
const tests = files.filter((file) => /\/test\//.test(file.path)).flatMap((file) => file.lines);
const complaints = files.filter((file) => /\/src\//.test(file.path)).flatMap(complaintsAbout);

const verdict =
  complaints.length === 0
    ? { decision: 'approve', reason: 'Every new function is explained and tested.' }
    : { decision: 'reject', reason: complaints.join('\n') };
console.log(JSON.stringify(verdict));

/** The dossier shows the whole difference in a fenced block below its own heading. */
function diffToReview(dossier) {
  const [, , diff] = /^### Diff to Review:[^`]*?^(`{3,})diff\n([\s\S]*?)\n\1$/m.exec(dossier) ?? [];
  if (diff === undefined) throw new Error('the dossier shows no diff');
  return diff;
}

/** Each file of a diff, with its lines as they are after the change. */
function filesOf(diff) {
  return diff
    .split(/^diff --git .*$/m)
    .slice(1)
    .map((part) => ({
      path: /^\+\+\+ b\/(.*)$/m.exec(part)?.[1] ?? '(deleted)',
      lines: part
        .slice(part.search(/^@@/m))
        .split('\n')
        .filter((line) => /^[ +]/.test(line)),
    }));
}

function complaintsAbout({ path, lines }) {
  return lines.flatMap((line, index) => {
    const [, name] = /^\+export (?:async )?function (\w+)/.exec(line) ?? [];
    if (name === undefined) return [];
    const explained = /\*\/\s*$/.test(lines[index - 1] ?? '');
    const tested = tests.some((test) => test.startsWith('+') && test.includes(`${name}(`));
    return [
      ...(explained ? [] : [`${name}() in ${path} has no comment that says what it does.`]),
      ...(tested ? [] : [`${name}() in ${path} has no test.`]),
    ];
  });
}
