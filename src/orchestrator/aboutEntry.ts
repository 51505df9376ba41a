import type { Entry } from '../store/entries.ts';

/** What a fact says of an entry. */
export function about(entry: Entry) {
  return { title: entry.title, entry: { id: entry.id, task: entry.taskId, branch: entry.branch } };
}
