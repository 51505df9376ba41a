// A scripted coder. It gets what any coder gets (its brief on standard input, STEROIDS_* in the environment, a worktree
// to work in), and makes the change in changes/ that is called like its task. Plain JavaScript, because it runs on
// whatever `node` the repository's own tests run on.

import { text } from 'node:stream/consumers';
import { changes, runTests } from './workbench.mjs';

const brief = await text(process.stdin);
const { STEROIDS_TASK_TITLE: title = '', STEROIDS_ATTEMPT: attempt } = process.env;
console.log(`“${title}”, attempt ${attempt}`);

const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const { default: change } = await import(`./changes/${words.join('-')}.mjs`);
await change(brief);

// What is left uncommitted is committed by steroids. It should be as good as a commit of ours.
if (changes() !== '') runTests();
