import { type Conflicts, readConflicts } from '../../orchestrator/conflicts.ts';
import { listLiveBranches } from '../../orchestrator/liveBranches.ts';
import { type Project, readMain } from '../../orchestrator/project.ts';
import { clashText } from '../clashText.ts';
import { type Context, command } from '../command.ts';
import { conflictsText } from '../conflictsText.ts';
import { openLiveText } from '../reporter.ts';
import { count } from '../words.ts';
import { folded } from '../wrap.ts';

/** Heads are read from files; what is not committed costs a `git status` of each worktree. */
const LOOK_MS = 1_000;
const DIRTY_MS = 3_000;

export default command(
  (yargs) =>
    yargs
      .option('dirty', {
        type: 'boolean',
        default: false,
        describe: 'Also what is not committed in each worktree; nothing is changed there',
      })
      .option('watch', {
        type: 'boolean',
        default: false,
        describe: 'Go on until Ctrl-C; with --json, one document a line',
      }),
  async (args, context) => {
    const project = await context.project();
    if (args.watch) {
      await watch(context, project, args.dirty);
      return { data: undefined, text: '' };
    }
    const conflicts = await readConflicts(project, args);
    return { data: document(conflicts), text: textOf(conflicts, context) };
  },
);

const textOf = (conflicts: Conflicts, { terminal, style }: Context) =>
  folded(conflictsText(conflicts, terminal.columns, style), terminal);

function document({ main, branches, clashes, failed, unread, pairs, merged }: Conflicts) {
  return { main, branches, pairs, merged, conflicts: clashes, failed, unread };
}

/** On a terminal the matrix is drawn anew; on a pipe a line tells of each conflict that came or went. */
async function watch(context: Context, project: Project, dirty: boolean): Promise<void> {
  let stopped = false;
  context.onInterrupt(() => {
    stopped = true;
  });
  const { json, terminal } = context;
  const live = terminal.interactive && !json ? await openLiveText() : undefined;
  const tell = teller(context);
  let seen = '';
  let last: Conflicts | undefined;
  try {
    while (!stopped) {
      const now = dirty ? '' : await positions(project);
      if (dirty || now !== seen || last === undefined) {
        last = await readConflicts(project, { dirty });
        if (!live) tell(last);
        seen = now;
      }
      // Each time: the window may have another size now.
      live?.show(textOf(last, context));
      await context.host.sleep(dirty ? DIRTY_MS : LOOK_MS);
    }
  } finally {
    live?.close();
  }
}

async function positions(project: Project): Promise<string> {
  const live = await listLiveBranches(project);
  const heads = live.map(({ id, status, head }) => `${id} ${status} ${head}`);
  return [await readMain(project), ...heads].join('\n');
}

/** @returns tells what is otherwise than it was told before */
function teller(context: Context): (conflicts: Conflicts) => void {
  let before: ReadonlyMap<string, string> | undefined;
  let told = '';
  return (conflicts) => {
    const { clashes, branches, main } = conflicts;
    if (context.json) {
      // How much was merged anew is no news.
      const { merged: _, ...news } = document(conflicts);
      if (JSON.stringify(news) !== told) context.emit(document(conflicts), '');
      told = JSON.stringify(news);
      return;
    }
    const now = new Map(
      clashes.map((clash) => [`${clash.one} and ${clash.other ?? main.branch}`, clashText(clash, 3)]),
    );
    if (before === undefined)
      context.emit(
        undefined,
        `${count(branches.length, 'live branch', 'live branches')}, ${count(now.size, 'conflict')}`,
      );
    for (const [pair, text] of now)
      if (before?.get(pair) !== text) context.emit(undefined, `conflict: ${pair}: ${text}`);
    for (const pair of before?.keys() ?? []) if (!now.has(pair)) context.emit(undefined, `over: ${pair}`);
    before = now;
  };
}
