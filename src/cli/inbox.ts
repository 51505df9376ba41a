import { type Letter, readInbox } from '../orchestrator/inbox.ts';
import { type Context, command } from './command.ts';
import { isoTime, taskDocument } from './documents.ts';
import { theTaskId } from './lookup.ts';
import { duration } from './words.ts';

export default command(
  (yargs) =>
    yargs.positional('id', { type: 'string', describe: 'Only of this task; its id, or the beginning of it' }),
  async (args, context) => {
    const project = await context.project();
    const only = args.id === undefined ? undefined : await theTaskId(project, args.id);
    const letters = await readInbox(project, only);
    const nothing = `Nothing waits for a person${only === undefined ? '' : ` in task ${only}`}.`;
    return {
      data: letters.map(document),
      text: letters.length === 0 ? nothing : letters.map((letter) => text(letter, context)).join('\n\n'),
    };
  },
);

function document({ task, since, ...letter }: Letter) {
  return { ...letter, task: task && taskDocument(task), since: isoTime(since) };
}

function text(letter: Letter, { style, host }: Context): string {
  const { task } = letter;
  const age = letter.since === null ? '' : style.dim(`  ${duration(host.now() - letter.since)} ago`);
  const about = task === null ? '' : `${task.id}  ${task.title}`;
  const what = letter.kind === 'follow-up' ? `proposed by ${about}` : about;
  return [
    `${style.bold(WORDS[letter.kind])}  ${what}${age}`,
    ...letter.text.split('\n').map((line) => `  ${line}`),
    ...letter.answers.map((answer, index) => `  ${index === 0 ? '→' : ' '} ${answer}`),
  ].join('\n');
}

const WORDS: Readonly<Record<Letter['kind'], string>> = {
  taken: 'Taken over',
  review: 'Review',
  question: 'Question',
  disputed: 'Decide',
  failed: 'Failed',
  'follow-up': 'New task?',
  queue: 'Queue',
  coder: 'Coder',
  budget: 'Budget',
};
