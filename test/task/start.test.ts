import { expect, test } from 'vitest';
import { canStartTask, type Held, type Startable, type Starter } from '../../src/task/start.ts';
import type { Zone } from '../../src/task/zone.ts';

const zone = (name: string, exclusive = false): Zone => ({
  name,
  paths: [],
  maxRunners: 1,
  exclusive,
  sections: [],
});
const section = { id: 's1', name: 'Backend', exclusive: false, maxRunners: 1 };
const task: Startable = { id: 't1', section, zones: [zone('api'), zone('web')] };
const anybody: Starter = { holder: 'runner:r1', sections: [], zones: [] };
const has = (kind: Held['kind'], name: string, holder: string, mode: Held['mode'] = 'shared'): Held => ({
  kind,
  name,
  mode,
  holder,
});

const reasons = (of: Startable, starter: Starter | null, ...held: readonly Held[]) =>
  canStartTask(of, starter, held).map(({ code, sentence }) => `${code}: ${sentence}`);

test.each<[string, Startable, Starter | null, readonly Held[], readonly string[]]>([
  ['nothing is held', task, anybody, [], []],
  [
    'other things are held',
    task,
    anybody,
    [has('zone', 'docs', 'task:x'), has('section', 's2', 'task:x')],
    [],
  ],
  [
    'the runner takes another section',
    task,
    { ...anybody, sections: ['s2'] },
    [],
    ['other-section: it is in section "Backend", and the runner takes other ones'],
  ],
  [
    'the runner keeps another zone',
    task,
    { ...anybody, zones: ['docs'] },
    [],
    ['other-zone: it is in zones "api", "web", and the runner takes only zone "docs"'],
  ],
  ['the runner keeps one of its zones', task, { ...anybody, zones: ['WEB'] }, [], []],
  [
    'nothing is known of it, and the runner keeps a zone',
    { ...task, section: null, zones: [] },
    { ...anybody, zones: ['docs'] },
    [],
    ['other-zone: it is in no zone, and the runner takes only zone "docs"'],
  ],
  [
    'its section is full',
    task,
    anybody,
    [has('section', 's1', 'task:x')],
    ['section-busy: section "Backend" takes 1 at a time'],
  ],
  ['its section is the runner’s own', task, anybody, [has('section', 's1', 'runner:r1')], []],
  [
    'two of its zones are full',
    task,
    anybody,
    [has('zone', 'api', 'task:x'), has('zone', 'web', 'runner:r2')],
    ['zone-busy: zone "api" takes 1 at a time', 'zone-busy: zone "web" takes 1 at a time'],
  ],
  ['its zone is the runner’s own', task, anybody, [has('zone', 'api', 'runner:r1')], []],
  [
    'another one is alone',
    task,
    null,
    [has('project', '', 'task:x', 'exclusive')],
    ['exclusive: another task is alone until it has landed'],
  ],
  ['others are under way beside it', task, null, [has('project', '', 'task:x')], []],
  [
    'others are under way, and its section is exclusive',
    { ...task, zones: [], section: { ...section, exclusive: true } },
    null,
    [has('project', '', 'task:x')],
    ['exclusive: it is to be alone, and others are under way'],
  ],
  [
    'others are under way, and one of its zones is exclusive: the other one it does not wait for',
    { ...task, zones: [zone('core', true), zone('web')] },
    null,
    [has('project', '', 'task:x'), has('zone', 'web', 'task:x')],
    ['exclusive: it is to be alone, and others are under way'],
  ],
  [
    'others have files that it is to change',
    {
      ...task,
      lockedFiles: [
        { path: 'a.ts', holder: 'task:x' },
        { path: 'b/**', holder: 'task:y' },
        { path: 'c.ts', holder: 'task:x' },
      ],
    },
    null,
    [],
    [
      'file-locked: a.ts, c.ts are locked until another task has landed',
      'file-locked: b/** is locked until another task has landed',
    ],
  ],
  [
    'others have its files, and its section is exclusive: it waits to be alone anyhow',
    {
      ...task,
      section: { ...section, exclusive: true },
      lockedFiles: [{ path: 'a.ts', holder: 'task:x' }],
    },
    null,
    [has('project', '', 'task:x')],
    ['exclusive: it is to be alone, and others are under way'],
  ],
  [
    'another one waits to be alone',
    task,
    null,
    [has('project', '', 'task:x', 'intent')],
    ['exclusive: another one waits to be alone, so nothing new starts'],
  ],
  ['it is itself that waits', task, null, [has('project', '', 'task:t1', 'intent')], []],
])('where %s', (_, of, starter, held, expected) => {
  expect(reasons(of, starter, ...held)).toEqual(expected);
});
