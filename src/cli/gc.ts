import type { Config } from '../config/schema.ts';
import { LONGEST_KEPT, readTime } from '../config/time.ts';
import { collectGarbage } from '../orchestrator/collect.ts';
import { type Garbage, surveyGarbage } from '../orchestrator/garbage.ts';
import { readGate } from '../orchestrator/gate.ts';
import { Problem } from '../task/problem.ts';
import { type Context, command } from './command.ts';
import { count, duration, size } from './words.ts';

export default command(
  (yargs) =>
    yargs
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only show what would go' })
      .option('keep', {
        type: 'string',
        requiresArg: true,
        describe: 'Leave what landed or ended less long ago (30d, 12h); default: archive.keep',
      })
      .epilogue(
        'What has not landed stays archived, however old it is: see `steroids archive list`, and `steroids archive remove ID`.',
      ),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const keepMs = args.keep === undefined ? gate.config.archive.keep : parseKeep(args.keep);
    const dryRun = args['dry-run'];
    const logs = gate.config.logs;
    const garbage = dryRun
      ? await surveyGarbage(project, gate, keepMs)
      : await collectGarbage(project, gate, keepMs);
    return {
      data: document(garbage, dryRun, keepMs),
      text: text(garbage, { dryRun, keepMs, logs }, context),
    };
  },
);

function parseKeep(text: string): number {
  const ms = readTime(text);
  if (ms !== undefined && ms <= LONGEST_KEPT) return ms;
  const wrong = `--keep takes a time of at most 3650d, not "${text}"`;
  throw new Problem('user', 'wrong-time', wrong, 'steroids gc --keep 30d');
}

function document({ titles: _, ...garbage }: Garbage, dryRun: boolean, keepMs: number) {
  const { refs, files, worktrees, trash, kept, measured } = garbage;
  return { removed: !dryRun, keepMs, refs, files, worktrees, trash, kept, bytes: bytesOf(garbage), measured };
}

function bytesOf({ files, worktrees, trash }: Pick<Garbage, 'files' | 'worktrees' | 'trash'>): number {
  return [...files, ...worktrees, ...trash].reduce((sum, one) => sum + one.bytes, 0);
}

interface Collecting {
  readonly dryRun: boolean;
  readonly keepMs: number;
  readonly logs: Config['logs'];
}

function text(garbage: Garbage, { dryRun, keepMs, logs }: Collecting, { style }: Context): string {
  const { refs, files, worktrees, trash, kept, measured } = garbage;
  const stays = kept.map(({ what, why }) => style.yellow(`  ${what} stays: ${why}`));
  if (refs.length + files.length + worktrees.length + trash.length === 0) {
    const long = keepMs === 0 ? '' : ` (what landed or ended in the last ${duration(keepMs)} is left)`;
    return [`Nothing to remove${long}.`, ...stays].join('\n');
  }
  const found = [
    ...(refs.length > 0 ? [count(refs.length, 'ref')] : []),
    ...(files.length > 0 ? [count(files.length, 'log')] : []),
    ...(worktrees.length > 0 ? [count(worktrees.length, 'worktree')] : []),
    ...(measured ? [size(bytesOf(garbage))] : [`more than ${size(bytesOf(garbage))}`]),
  ];
  return [
    dryRun ? 'Would remove:' : 'Removed:',
    ...ownerLines(garbage),
    ...fileLine(garbage, 'runner-log', 'of runners that have ended'),
    ...fileLine(garbage, 'verification-log', 'of verifications'),
    ...fileLine(
      garbage,
      'transcript',
      `of attempts: older than ${duration(logs.keep)} (logs.keep), or the oldest of more than ${size(logs.size)} (logs.size)`,
    ),
    ...worktrees.map((one) => `  the worktree ${one.path} (${size(one.bytes)})`),
    ...trash.map((one) => `  what was moved to ${one.path} (${size(one.bytes)})`),
    ...stays,
    `${dryRun ? 'Would remove' : 'Removed'} ${found.join(', ')}.`,
  ].join('\n');
}

/** One line for each task, entry or slot. */
function ownerLines({ refs, files, titles }: Garbage): string[] {
  const refsOf = Map.groupBy(refs, (ref) => ref.owner);
  const filesOf = Map.groupBy(
    files.filter((file) => file.kind === 'task-logs' || file.kind === 'spool'),
    (file) => file.owner ?? '',
  );
  const owners = new Set([...refsOf.keys(), ...filesOf.keys()]);
  return [...owners].map((owner) => {
    const ofOwner = refsOf.get(owner) ?? [];
    const kinds = [
      ['archive', 'archive'],
      ['landed', 'landed ref'],
      ['candidate', 'candidate'],
    ] as const;
    const parts = kinds.flatMap(([kind, word]) => {
      const number = ofOwner.filter((ref) => ref.kind === kind).length;
      return number === 0 ? [] : [count(number, word)];
    });
    const logs = filesOf.get(owner) ?? [];
    if (logs.length > 0) parts.push(`logs (${size(logs.reduce((sum, one) => sum + one.bytes, 0))})`);
    const title = titles.get(owner);
    return `  ${owner}${title === undefined ? '' : ` “${title}”`}: ${parts.join(', ')}`;
  });
}

function fileLine({ files }: Garbage, kind: Garbage['files'][number]['kind'], what: string): string[] {
  const those = files.filter((file) => file.kind === kind);
  if (those.length === 0) return [];
  return [
    `  ${count(those.length, 'log')} ${what} (${size(those.reduce((sum, one) => sum + one.bytes, 0))})`,
  ];
}
