// Who codes, reviews and analyses, as .steroids/config.yaml names them: commands, agents, models.

import { z } from 'zod';
import { bytes, command, duration, name, whole } from './values.ts';

/** Agents that are known by name; how each is driven stands in `coder/agents`. */
export const AGENT_NAMES = ['acp', 'claude', 'codex', 'gemini', 'opencode', 'pi', 'qwen'] as const;

/** Those that cannot be given an MCP server. */
export const WITHOUT_TOOLS: readonly string[] = ['pi'];

/** What is started: a command, or an agent with what is its own; `acp` is an agent and a command. */
export const program = {
  command: command.optional(),
  agent: z.enum(AGENT_NAMES).optional(),
  model: z.string().min(1).optional(),
  /** Added to the agent's command. */
  args: z.array(z.string()).optional(),
};

export const coder = z.strictObject({
  ...program,
  /** Whether the agent is given an MCP server to say something back; it is, unless this says no. */
  mcp: z.boolean().optional(),
  /** Coders that take its tasks while the provider of its agent refuses. */
  fallback: z.array(name).optional(),
  timeLimit: duration.prefault('30m'),
  /** Without output, work of a processor or a changed file. An agent has 10m unless it is given, a command none. */
  silenceLimit: duration.optional(),
  /** How often an agent may call a tool with the same input in a row. */
  repeatLimit: whole(2, 10_000).default(25),
  /** Bytes that it may print: nobody reads as much, and a loop that prints fills the disk. */
  outputLimit: bytes(10_000, 'a number of bytes from 10k, like 100M').prefault('100M'),
  /** `Name <email>` for its commits; by default the identity that git has. */
  author: z
    .string()
    .regex(/^[^<>\n]+ <[^<>\n]+>$/, 'like "Name <name@example.org>"')
    .optional(),
});

/** Agents that code may have it too. */
export const USUAL_KEY = 'ANTHROPIC_API_KEY';

/** Small and fast: what it is asked is read from files anyhow. */
export const SMALL_MODEL = 'claude-haiku-4-5';

/** A model that is asked through its provider's SDK. */
export const anthropic = z.strictObject({
  model: z.string().min(1),
  /** Of one answer. */
  maxTokens: whole(1, 1_000_000).default(16_000),
  /** The variable that holds the key. Another one than this is kept from everybody else. */
  key: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'the name of a variable')
    .default(USUAL_KEY),
});

/** US dollars for a million tokens; some models cost nothing. */
const PRICE = 'US dollars for a million tokens, from 0 to 10,000';
const tokenPrice = z.number(PRICE).min(0, PRICE).max(10_000, PRICE);
const price = z.strictObject({
  input: tokenPrice,
  output: tokenPrice,
  cacheRead: tokenPrice.optional(),
  cacheWrite: tokenPrice.optional(),
});

/** One that is asked by whoever types a command: what it costs may be said, so that it can be told. */
export const priced = anthropic.extend({ price: price.optional() });

/** What an agent of the other kind changes cannot be kept from it by options. */
export const REVIEWING = AGENT_NAMES.filter((name) => name !== 'acp');
const reviewing = z.enum(REVIEWING, { error: `one of ${REVIEWING.join(', ')} (over ACP, agents only code)` });

const withItsAgent = ({ agent, model, args }: { agent?: unknown; model?: unknown; args?: unknown }) =>
  agent !== undefined || (model === undefined && args === undefined);

export const reviewer = z
  .strictObject({
    ...program,
    agent: reviewing.optional(),
    anthropic: anthropic.optional(),
    timeLimit: duration.prefault('10m'),
  })
  .refine(
    ({ command, agent, anthropic }) =>
      [command, agent, anthropic].filter((one) => one !== undefined).length === 1,
    `one of: a command, an agent (${REVIEWING.join(', ')}), or anthropic: { model: … }`,
  )
  .refine(withItsAgent, 'model and args go with an agent');

/** Who answers about conflicts on standard output: a command, an agent. */
const analyst = z
  .strictObject({ ...program, agent: reviewing.optional(), timeLimit: duration.prefault('5m') })
  .refine(
    ({ command, agent }) => (command === undefined) !== (agent === undefined),
    `one of: a command, or an agent (${REVIEWING.join(', ')})`,
  )
  .refine(withItsAgent, 'model and args go with an agent');

/** A command alone, or all of it. A union would not say where in it the mistake is. */
export const analysts = z.record(
  name,
  z.preprocess(
    (given) => (typeof given === 'string' || Array.isArray(given) ? { command: given } : given),
    analyst,
  ),
);

/** Who reviews: a name, names who all have to approve, or names and how many of them have to. */
export const reviewers = z.union(
  [
    name,
    z.array(name).min(1),
    z.strictObject({ by: z.array(name).min(1), rule: z.enum(['all', 'any', 'majority']).default('all') }),
  ],
  { error: 'a name, a list of names, or { by: [names], rule: all | any | majority }' },
);
