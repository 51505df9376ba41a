import { placesOf } from '../../config/reviewers.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { heldReviewer } from '../../orchestrator/holds.ts';
import { checkReviewer } from '../../orchestrator/preflight.ts';
import { commandText } from '../../process/work.ts';
import { listHolds } from '../../store/holds.ts';
import { command } from '../command.ts';
import { COLUMNS, holdDocument, readinessOf, stateText } from '../programs.ts';
import { table } from '../table.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const { config } = gate;
    const holds = await listHolds(project.store.db);
    const now = context.host.now();
    const reviewers = await Promise.all(
      Object.entries(config.reviewers).map(async ([name, reviewer]) => ({
        name,
        where: placesOf(config, name),
        agent: reviewer.agent ?? null,
        command: reviewer.command ?? null,
        anthropic: reviewer.anthropic?.model ?? null,
        model: reviewer.model ?? reviewer.anthropic?.model ?? null,
        ...(await readinessOf(
          context.host,
          reviewer,
          checkReviewer(project, gate, name),
          heldReviewer(reviewer, holds, now) ?? null,
        )),
      })),
    );
    const { style, terminal } = context;
    const rows = reviewers.map((reviewer) => [
      reviewer.name,
      reviewer.agent ?? (reviewer.anthropic === null ? 'command' : 'anthropic'),
      reviewer.model ?? '',
      stateText(reviewer, now),
      reviewer.remedy ?? (reviewer.command === null ? '' : commandText(reviewer.command)),
      reviewer.where.join(', ') || '(nowhere)',
    ]);
    const columns = [...COLUMNS, { name: 'ASKED BY' }];
    const text =
      reviewers.length === 0
        ? 'No reviewer is configured: add one under `reviewers` in .steroids/config.yaml, or review by yourself (reviewer: human).'
        : table(columns, rows, terminal.columns, (line) => style.dim(line));
    const data = reviewers.map(({ anthropic: _, ...reviewer }) => ({
      ...reviewer,
      hold: holdDocument(reviewer.hold),
    }));
    return { data, text };
  },
);
