// Presets against what the real agents printed: test/agents/run.ts made the fixtures.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/coder/agents/agent.ts';
import { AGENTS, findAgent } from '../../src/coder/agents/agents.ts';
import { finalMessage, judgeRun, sumUsage } from '../../src/coder/agents/judge.ts';
import { openTranscript } from '../../src/coder/agents/transcript.ts';
import { WITHOUT_TOOLS } from '../../src/config/programs.ts';
import type { Worked } from '../../src/process/work.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/agents');

const starting = {
  model: 'some/model',
  args: ['--added'],
  worktree: '/worktree',
  gitFolders: ['/project/.git'],
  home: '/own',
  readOnly: false,
  self: ['/node', '/bin/steroids.js'],
  tools: null,
} as const;

/** The last line of a fixture is how the program ended. */
function replay(agent: Agent, scene: string) {
  const transcript = openTranscript();
  const bytes = readFileSync(path.join(FIXTURES, agent.name, `${scene}.jsonl`));
  const events = [...transcript.feed(bytes), ...transcript.end()];
  const { worked } = events.at(-1) as { readonly worked: Worked };
  const said = events.slice(0, -1).flatMap((event) => agent.read(event));
  return { said, judged: judgeRun(said, worked) };
}

const LIMITS = [
  ['401', 'login'],
  ['429', 'rate'],
  // Qwen Code has none: it says nothing while it tries again.
  ['529', 'overloaded'],
  ['model', 'model'],
] as const;

const has = (agent: Agent, scene: string) => existsSync(path.join(FIXTURES, agent.name, `${scene}.jsonl`));

describe.each(AGENTS.map((agent) => [agent.name, agent] as const))('%s', (_, agent) => {
  test('a run that edits a file and commits it', () => {
    const { said, judged } = replay(agent, 'edits');
    expect(judged).toEqual({ kind: 'done', text: 'Everything is done, and committed.' });
    expect(said).toContainEqual(expect.objectContaining({ kind: 'message', text: 'I commit it.' }));
    const about = said.flatMap((one) => (one.kind === 'tool' ? [one.about] : []));
    expect(about).toContainEqual(expect.stringContaining('git commit -qm'));
    expect(said).toContainEqual({ kind: 'changed', path: expect.stringMatching(/hello\.txt$/) });
    const usage = sumUsage(said);
    expect(usage.output).toBeGreaterThan(0);
    expect(usage.input).toBeGreaterThan(0);
    expect(usage.cacheRead).toBeGreaterThan(0);
  });

  test.each(LIMITS.filter(([scene]) => has(agent, scene)))('%s is a limit of kind %s', (scene, kind) => {
    expect(replay(agent, scene).judged).toMatchObject({ kind: 'limited', limit: { kind } });
  });

  test.each(['refusal', 'cut'])('%s is not done', (scene) => {
    expect(replay(agent, scene).judged.kind).not.toBe('done');
  });

  test('starts without a brief in an argument, and with what the person added at the end', () => {
    const started = agent.start(starting);
    expect(started.command.join(' ')).toContain(`${agent.program} `);
    expect(started.command).toContain('some/model');
    expect(started.command.slice(-1)).toEqual(['--added']);
    expect(agent.start({ ...starting, model: null }).command).not.toContain('some/model');
  });

  test('its last message ends the run, and a run that did not end well has none', () => {
    expect(finalMessage(replay(agent, 'edits').said)).toBe('Everything is done, and committed.');
    expect(finalMessage(replay(agent, 'cut').said)).toBeNull();
  });

  test('a reviewer is started otherwise than a coder, with what the person added at the end too', () => {
    const [coder, reviewer] = [agent.start(starting), agent.start({ ...starting, readOnly: true })];
    expect(reviewer.command).not.toEqual(coder.command);
    expect(reviewer.command.slice(-1)).toEqual(['--added']);
    expect(reviewer.command.join(' ')).not.toMatch(/yolo|acceptEdits|workspace-write|--auto\b/);
  });

  test('is told of the server with tools to say something back, and of nothing without one', () => {
    const tools = ['/node', '/bin/steroids.js', 'mcp', '--task=k3j9'];
    const { command, environment, files } = agent.start({ ...starting, tools });
    const told = JSON.stringify([command, environment, files]).replaceAll('\\', '');
    expect(told.includes('"--task=k3j9"')).toBe(agent.tools);
    expect(command.slice(-1)).toEqual(['--added']);
    const without = agent.start(starting);
    expect(JSON.stringify([without.command, without.environment])).not.toContain('mcp');
    expect(without.files).toEqual({});
  });

  test('says nothing about what it does not know', () => {
    const odd = [null, 1, true, [], {}, 'text', { type: 1 }, { type: 'message_end' }, { type: 'result' }];
    const types = ['assistant', 'item.completed', 'error', 'message', 'turn.failed', 'agent_end', 'tool_use'];
    const empty = types.map((type) => ({ type, message: null, item: [], error: 7, part: 'x', messages: {} }));
    for (const event of [...odd, ...empty]) expect(() => agent.read(event)).not.toThrow();
    expect(agent.read({ type: 'brand_new', text: 'x' })).toEqual([]);
  });
});

test('agents are found by name', () => {
  expect(findAgent('pi')?.title).toBe('pi');
  expect(findAgent('none')).toBeUndefined();
});

test('those that the configuration calls without tools are just those', () => {
  expect(AGENTS.filter(({ tools }) => !tools).map(({ name }) => name)).toEqual(WITHOUT_TOOLS);
});
