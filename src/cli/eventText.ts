// Lines of a task's history.

import { flakySentence } from '../orchestrator/flaky.ts';
import type { RecordedEvent } from '../store/events.ts';
import type { Clash } from '../task/clash.ts';
import { shortSha } from '../task/ids.ts';
import { clashText } from './clashText.ts';
import { count } from './words.ts';

/** One event as a line for people. */
export function describeEvent(event: RecordedEvent): string {
  const { data } = event;
  const text = (key: string) => (data[key] === undefined ? '' : String(data[key]));
  const sha = (key: string) => shortSha(text(key));
  const because = text('reason') === '' ? '' : `: ${text('reason').split('\n', 1)[0]}`;
  const note = text('note') === '' ? '' : `: ${text('note')}`;
  const now = data.status === undefined ? '' : ` → ${data.status}`;
  switch (event.kind) {
    case 'added':
      return 'added';
    case 'edited':
      return `edited: ${(data.changed as string[]).join(', ')}`;
    case 'claimed':
      return `claimed by runner-${text('runner')}, coder ${text('coder')}, main at ${sha('main')}`;
    case 'tookOver':
      return `taken over by ${text('person')}`;
    case 'handedBack':
      return `handed back to its coder at ${sha('head')}${note}`;
    case 'submitted':
      return `submitted ${sha('head')}, ${count(Number(data.commits), 'commit')}${note}`;
    case 'headMoved':
      return `the branch moved to ${sha('head')}${now}`;
    case 'asked':
      return `asked a person${because}${now}`;
    case 'noted':
      return `noted: ${text('note').replace(/\s+/g, ' ')}`;
    case 'contested':
    case 'outside':
      return `${data.working ? 'is changing' : 'changes'} ${text('text')}`;
    case 'reviewers':
      return `to be reviewed at ${sha('commit')} by ${text('text')}`;
    case 'conflict':
      return `conflicts with ${text('with')}: ${clashText(data as unknown as Clash, 5)}`;
    case 'conflictOver':
      return `no longer conflicts with ${text('with')}`;
    case 'setback':
      return `${text('setback')}${because}${now}`;
    case 'rejected':
      return `${data.outside ? `sent back at ${sha('commit')}` : `rejected at ${sha('commit')} by ${text('reviewer')}`}${because}${now}`;
    case 'disputed':
      return `${text('reviewer')} cannot decide about ${sha('commit')}${because}${now}`;
    case 'approved':
      return `approved at ${sha('commit')} by ${text('reviewer')}${because}`;
    case 'reserved':
      return `kept for a person at ${sha('commit')}${because}`;
    case 'held':
      return `its review waits${because}`;
    case 'altered':
      return `to be judged again at ${sha('commit')}${because}${now}`;
    case 'landed':
      return `landed as ${sha('commit')}`;
    case 'foundLanded':
      return `found on main as ${sha('commit')}${text('reviewer') === '' ? '' : `, confirmed by ${text('reviewer')}`}`;
    case 'unlanded':
      return `main no longer has ${sha('commit')}${now}`;
    case 'retried':
      return `retried${data.fresh ? ' from main' : ''}${note}`;
    case 'flaky':
      return `on ${sha('commit')} ${flakySentence({ command: text('command'), times: Number(data.times) })}`;
    case 'enqueued':
      return `queued at ${sha('head')}`;
    default: {
      const [, entry] = event.kind.split(':');
      if (entry !== undefined) {
        const candidate = data.candidate === undefined ? '' : ` candidate ${sha('candidate')}`;
        return `queue: ${entry}${candidate}${because}`;
      }
      return `${event.kind}${because}${now}`;
    }
  }
}
