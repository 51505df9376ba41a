// How a run ended, for people and for scripts.

import type { Summary } from '../orchestrator/run.ts';
import { STATUSES } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import type { Context } from './command.ts';
import { taskDocument } from './documents.ts';
import { count, duration, statusText } from './words.ts';

export function summaryDocument(summary: Summary) {
  return {
    counts: Object.fromEntries(summary.counts),
    waiting: summary.waiting.map((task) => ({
      ...taskDocument(task),
      why: summary.why.get(task.id) ?? null,
      next: remedy(task),
    })),
    entriesWaiting: summary.entriesWaiting,
    paused: summary.pause,
  };
}

/** @param ms how long it took */
export function summaryText(summary: Summary, context: Context, ms: number): string {
  const { style } = context;
  const counts = STATUSES.filter((status) => (summary.counts.get(status) ?? 0) > 0).map(
    (status) => `${summary.counts.get(status)} ${statusText(status, style)}`,
  );
  const total = [...summary.counts.values()].reduce((sum, number) => sum + number, 0);
  if (total === 0 && summary.entriesWaiting.length === 0) {
    return 'There are no tasks yet: steroids tasks add "Title"';
  }
  const lines = [`${count(total, 'task')}: ${counts.join(', ')} · ${duration(ms)}`];
  if (summary.pause !== null) lines.push('', style.red(`The queue is paused: ${summary.pause}`));
  if (summary.waiting.length > 0) {
    lines.push('', 'What waits:');
    for (const task of summary.waiting) {
      const said = task.reason ?? summary.why.get(task.id);
      const why = said === undefined ? '' : `: ${said.split('\n', 1)[0]}`;
      lines.push(
        `  ${task.id}  ${statusText(task.status, style)}  ${task.title}${why}`,
        `            → ${remedy(task)}`,
      );
    }
  }
  for (const entry of summary.entriesWaiting) {
    lines.push(
      `  ${entry.id}  in the queue  ${entry.title}${entry.reason === null ? '' : `: ${entry.reason}`}`,
    );
  }
  return lines.join('\n');
}

/** What a person can do about a task that waits. */
export function remedy(task: Task): string {
  if (task.takenOver) return `steroids tasks handback ${task.id}`;
  switch (task.status) {
    case 'review':
      return `steroids review show ${task.id}`;
    case 'disputed':
      return `steroids inbox ${task.id}`;
    case 'failed':
      return `steroids tasks show ${task.id}, then: steroids tasks retry ${task.id}`;
    default:
      return `steroids tasks explain ${task.id}`;
  }
}
