// After `runners analyze`: the specification's session on a terminal, and what each answer starts.

import { expect, test } from 'vitest';
import { besides, sectionsAtWork, shown } from '../support/beside.ts';
import { CTRL_D, runOnTerminal } from '../support/terminal.ts';

const MINUTES = 300_000;
const ANALYZE = ['runners', 'analyze', '--sections', 'API,Mobile,Web'];

test(
  "some go well together: the specification's session; no leads on to all choices",
  async () => {
    const { project, ids } = await besides({
      Tokens: ['API', 'shared/config.ts'],
      Screens: ['Mobile', 'mobile/home.ts'],
      Pages: ['Web', 'shared/config.ts'],
    });
    const gone = shown((await runOnTerminal(project, ANALYZE, [CTRL_D, CTRL_D])).out);
    expect(gone).toContain('Analyzing 3 tasks across 3 sections...');
    expect(gone).toContain('✓ API ↔ Mobile: Safe to parallelize (no conflicts detected)');
    expect(gone).toContain('⚠ API ↔ Web: 1 potential conflict');
    expect(gone).toContain(
      'Recommendation:\n  Run API and Mobile in parallel.\n  Run Web after API completes',
    );
    expect(gone).toMatch(/\n\nProceed with API \+ Mobile\? \[Y\/n\] /);
    expect(gone).toContain('[Proceed Anyway]  [Adjust Sections]  [One After the Other]  [Cancel]');
    expect(gone).toContain('Nothing was started.');
    expect(await sectionsAtWork(project)).toEqual([]);

    const some = shown((await runOnTerminal(project, ANALYZE, [''])).out);
    expect(some.match(/works in the background in section “(API|Mobile)”/g)).toHaveLength(2);
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);

    // Whoever is at work already stays; the other one begins in its turn.
    const all = shown((await runOnTerminal(project, ANALYZE, ['n', 'o'])).out);
    expect(all).toContain(`✓ ${ids.Pages} comes after ${ids.Tokens}`);
    expect(all).toContain('No runner was started for API: section "API" takes one runner at a time');
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile', 'Web']);
  },
  MINUTES,
);

test(
  'two that conflict: the box and its choices; without a terminal nobody is asked, and --yes goes on',
  async () => {
    const { project, ids } = await besides({
      Tokens: ['API', 'shared/user.ts'],
      Screens: ['Mobile', 'shared/user.ts'],
    });
    const two = ['runners', 'analyze', '--sections', 'API,Mobile'];
    const cancelled = shown((await runOnTerminal(project, two, ['c'])).out);
    expect(cancelled).toMatch(/⚠️ +POTENTIAL CONFLICTS DETECTED/);
    expect(cancelled).not.toContain('Proceed with');
    expect(cancelled).toMatch(/Choice \[cancel\]: c\s+Nothing was started\./);

    const silent = await project.json(two);
    expect(silent.fileConflicts).toMatchObject([{ files: ['shared/user.ts'] }]);
    expect(silent).not.toHaveProperty('started');
    expect(await sectionsAtWork(project)).toEqual([]);

    const adjusted = shown((await runOnTerminal(project, two, ['a', '3', 'n'])).out);
    expect(adjusted).toMatch(/Proceed with API \+ Mobile\? \[Y\/n\] n\s+Nothing was started\./);
    expect(JSON.stringify(await project.json(['tasks', 'show', ids.Screens ?? '']))).toContain(ids.Tokens);

    const yes = await project.json([...two, '--yes']);
    expect(yes.started).toMatchObject([{ section: 'API' }, { section: 'Mobile' }]);
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);
  },
  MINUTES,
);

test(
  'an analyst that nobody knows is named with the near one; one that is named is asked',
  async () => {
    const { project } = await besides(
      { Tokens: ['API', 'api/jwt.ts'] },
      { commands: { local: 'echo no idea' } },
    );
    const unknown = await project.run('runners', 'analyze', '--analyst', 'locl');
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "local"?') });
    const named = await project.run('runners', 'analyze', '--analyst', 'local', 'model');
    expect(named.code).toBe(0);
    expect(named.err).toContain(
      'local had no say: its program gave no analysis, asked 3 times: it is not JSON',
    );
    expect(named.err).toContain('claude-haiku-4-5 had no say: ANTHROPIC_API_KEY is not set');
  },
  MINUTES,
);
