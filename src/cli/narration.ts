// What happens while runners work, in sentences. All of them stand here.

import type { Fact } from '../orchestrator/facts.ts';
import { shortSha } from '../task/ids.ts';
import type { Style } from './command.ts';
import { count } from './words.ts';

export interface Narrated {
  /** `runner-2`, `queue`, or nothing. */
  readonly who: string;
  readonly text: string;
  readonly paint: keyof Style | undefined;
}

type Paint = keyof Style;

const quoted = (title: string) => `“${title}”`;
const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' · ');

/** Undefined for what is not worth a line. */
export function narrate(fact: Fact): Narrated | undefined {
  const said = sentence(fact);
  if (said === undefined) return undefined;
  const who =
    'runner' in fact
      ? `runner-${fact.runner}`
      : ['verifying', 'landed', 'sent-back', 'held', 'paused'].includes(fact.kind)
        ? 'queue'
        : 'steroids';
  return { who, text: oneLine(said), paint: PAINT[fact.kind] };
}

const PAINT: Partial<Record<Fact['kind'], Paint>> = {
  landed: 'green',
  approved: 'green',
  rejected: 'yellow',
  disputed: 'yellow',
  setback: 'yellow',
  'sent-back': 'yellow',
  held: 'yellow',
  unjudged: 'yellow',
  interrupted: 'yellow',
  'waiting-for-person': 'yellow',
  noticed: 'yellow',
  'runner-moved': 'yellow',
  paused: 'red',
  'runner-started': 'dim',
  'runner-stopped': 'dim',
};

function sentence(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'runner-started':
      return fact.section === null ? 'started' : `started in section “${fact.section}”`;
    case 'runner-stopped':
      return 'stopped';
    case 'runner-moved':
      return `${fact.reason}: it is put aside until that has ended; goes on as runner-${fact.to}`;
    case 'setting-up':
      return `${fact.task.id} set-up: ${fact.commands.join(', ')}`;
    case 'coding':
      return `${fact.task.id} ${quoted(fact.task.title)}: coder ${fact.coder}, attempt ${fact.attempt}`;
    case 'submitted':
      return `${fact.task.id} ${quoted(fact.task.title)}: ${count(fact.commits, 'commit')}`;
    case 'reviewing':
      return `${fact.task.id} ${quoted(fact.task.title)}: reviewer ${fact.reviewer} reads it`;
    case 'approved':
      return `${fact.task.id} ${quoted(fact.task.title)}: approved by ${fact.reviewer}`;
    case 'confirmed':
      return `${fact.task.id} ${quoted(fact.task.title)}: done already, as ${shortSha(fact.commit)}: confirmed by ${fact.reviewer}`;
    case 'rejected':
      return `${fact.task.id} ${quoted(fact.task.title)}: ${fact.outside ? 'sent back' : `rejected by ${fact.reviewer}`}: ${fact.reason} → ${whatNext(fact.status)}`;
    case 'disputed':
      return `${fact.task.id} ${quoted(fact.task.title)}: ${fact.reviewer} cannot decide: ${fact.reason} → ${whatNext('disputed')}`;
    case 'unjudged':
      return `${fact.task.id} ${quoted(fact.task.title)}: no verdict: ${fact.reason} → ${whatNext(fact.status)}`;
    case 'waiting-for-person':
      return `${fact.task.id} ${quoted(fact.task.title)}: ${fact.what === 'review' ? '' : `${fact.what}: `}waits for a person: steroids review show ${fact.task.id}`;
    case 'setback':
      return `${fact.task.id} ${quoted(fact.task.title)}: ${fact.reason} → ${whatNext(fact.status)}`;
    case 'interrupted':
      return `${fact.task.id} ${quoted(fact.task.title)}: interrupted: ${fact.reason}`;
    case 'verifying':
      return fact.again === null
        ? `${quoted(fact.title)}: verifying ${shortSha(fact.candidate)}`
        : `${quoted(fact.title)}: verifying ${shortSha(fact.candidate)} once more: ${fact.again}`;
    case 'landed':
      return `${quoted(fact.title)}: landed as ${shortSha(fact.commit)}${fact.note === null ? '' : ` (${fact.note})`}`;
    case 'sent-back':
      return `${quoted(fact.title)}: ${fact.reason} → ${whatNext(fact.status)}`;
    case 'held':
      return `${quoted(fact.title)}: has to wait: ${fact.reason}`;
    case 'paused':
      return `paused: ${fact.reason}`;
    case 'noticed':
      return fact.sentence;
  }
}

function whatNext(status: string): string {
  if (status === 'pending') return 'back to a coder';
  if (status === 'review') return 'to be reviewed again';
  if (status === 'ended') return 'out of the queue';
  return status === 'disputed' || status === 'failed' ? `${status}, waits for a person` : status;
}
