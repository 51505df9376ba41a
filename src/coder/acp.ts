// Any agent that speaks the Agent Client Protocol (agentclientprotocol.com), as a coder's process: one prompt, which is the
// brief, and a line of JSON for each event, as other agents print them by themselves. `agents/acp.ts` reads those.

import path from 'node:path';
import * as acp from '@agentclientprotocol/sdk';
import { speakWith } from '../process/speak.ts';
import { SERVER } from './agents/server.ts';

export interface Prompting {
  readonly command: readonly string[];
  /** Absolute: the worktree. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly brief: string;
  /** As the agent spells it; null: its own choice. */
  readonly model: string | null;
  /** The command of an MCP server for it. */
  readonly tools: readonly string[] | null;
  /** Absolute; what it may change besides the worktree. */
  readonly alsoWritable: readonly string[];
  readonly tell: (event: object) => void;
}

/** Milliseconds in which a program that speaks the protocol says so; agents load themselves first. */
const GREETING_MS = 60_000;

/** Milliseconds in which a program that has hung up says how it ended. */
const PARTING_MS = 2_000;

/** @returns whether it ended its turn by itself; what else happened was told */
export async function promptAgent(prompting: Prompting): Promise<boolean> {
  const { command, folder, environment, tell } = prompting;
  const program = speakWith(command, { cwd: folder, environment });
  const calls = new Calls(tell);
  const connection = acp
    .client({ name: SERVER })
    .onRequest(acp.methods.client.session.requestPermission, ({ params }) => decide(prompting, params, calls))
    .onNotification(acp.methods.client.session.update, ({ params }) => calls.take(params.update))
    .connect(acp.ndJsonStream(program.told, program.said));
  try {
    return await converse(connection.agent, prompting, calls);
  } catch (error) {
    // Only after all that it said: an answer that it gave right before its end counts.
    const how = connection.signal.aborted
      ? await within(program.ended, PARTING_MS, 'hung up').catch(() => 'hung up')
      : undefined;
    const why =
      how === undefined ? describe(error) : { text: `it ${how} before it had answered`, code: null };
    tell({ type: 'error', ...why });
    return false;
  } finally {
    program.hangUp();
  }
}

async function converse(agent: acp.ClientContext, prompting: Prompting, calls: Calls): Promise<boolean> {
  const { folder, brief, model, tools, tell } = prompting;
  const greeting = agent.request(acp.methods.agent.initialize, {
    protocolVersion: acp.PROTOCOL_VERSION,
    // Files and terminals are its own: it works in the worktree as any coder does.
    clientCapabilities: {},
    clientInfo: { name: SERVER, version: '1' },
  });
  const greeted = await within(greeting, GREETING_MS, 'it does not speak the Agent Client Protocol');
  if (greeted.protocolVersion !== acp.PROTOCOL_VERSION)
    throw new Error(
      `it speaks version ${greeted.protocolVersion} of the protocol, not ${acp.PROTOCOL_VERSION}`,
    );
  tell({ type: 'agent', agent: greeted.agentInfo ?? null });
  const session = await agent.request(acp.methods.agent.session.new, {
    cwd: folder,
    mcpServers: tools === null ? [] : [serverOf(tools)],
  });
  if (model !== null) await choose(agent, session, model);
  const answered = await agent.request(acp.methods.agent.session.prompt, {
    sessionId: session.sessionId,
    prompt: [{ type: 'text', text: brief }],
  });
  tell({ type: 'end', ...answered, cost: calls.cost });
  return answered.stopReason === 'end_turn';
}

function serverOf([command = '', ...args]: readonly string[]): acp.McpServer {
  return { name: SERVER, command, args, env: [] };
}

/** @throws Error when it has no such model */
async function choose(
  agent: acp.ClientContext,
  session: acp.NewSessionResponse,
  model: string,
): Promise<void> {
  const option = session.configOptions?.find(
    (one) => one.type === 'select' && (one.category === 'model' || one.id === 'model'),
  );
  if (option?.type !== 'select')
    throw new Error(`it lets no model be chosen: name ${model} in its command, in the agent's own way`);
  const known = option.options
    .flatMap((one) => ('value' in one ? [one] : one.options))
    .map((one) => one.value);
  if (!known.includes(model)) throw new Error(`unknown model ${model}: it has ${known.join(', ') || 'none'}`);
  await agent.request(acp.methods.agent.session.setConfigOption, {
    sessionId: session.sessionId,
    configId: option.id,
    value: model,
  });
}

async function within<T>(promise: Promise<T>, ms: number, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise}: no answer within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const CHANGING: readonly (string | undefined)[] = ['edit', 'delete', 'move'];

/** Whatever it asks is allowed once, but for a change of a file that is not in the worktree. */
function decide(
  { folder, alsoWritable, tell }: Prompting,
  { toolCall, options }: acp.RequestPermissionRequest,
  calls: Calls,
): acp.RequestPermissionResponse {
  const call = calls.merge(toolCall);
  const changes = CHANGING.includes(call.kind) || call.changes.length > 0;
  const outside = changes
    ? [...new Set([...call.locations, ...call.changes])].filter(
        (file) => ![folder, ...alsoWritable].some((root) => isWithin(root, path.resolve(folder, file))),
      )
    : [];
  const wanted = outside.length === 0 ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const option =
    options.find(({ kind }) => kind === wanted[0]) ?? options.find(({ kind }) => kind === wanted[1]);
  tell({ type: 'permission', call, allowed: outside.length === 0, outside });
  return {
    outcome: option ? { outcome: 'selected', optionId: option.optionId } : { outcome: 'cancelled' },
  };
}

function isWithin(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

/** What is known of a tool's call by now. */
interface Call {
  readonly title: string;
  readonly kind: string | undefined;
  readonly status: string | undefined;
  readonly input: unknown;
  readonly locations: readonly string[];
  /** Files that it shows a difference of. */
  readonly changes: readonly string[];
}

/** A call is told piece by piece: what it does often only once it runs, and its output again and again. */
class Calls {
  /** US dollars for the session so far. */
  cost: number | null = null;
  readonly #tell: (event: object) => void;
  readonly #known = new Map<string, Call>();
  readonly #told = new Set<string>();

  constructor(tell: (event: object) => void) {
    this.#tell = tell;
  }

  take(update: acp.SessionUpdate): void {
    switch (update.sessionUpdate) {
      case 'tool_call':
      case 'tool_call_update':
        this.#takeCall(update);
        return;
      case 'usage_update':
        if (update.cost?.currency === 'USD') this.cost = update.cost.amount;
        return;
      case 'available_commands_update':
      case 'config_option_update':
        return; // menus for people
      default:
        this.#tell({ type: 'update', update });
    }
  }

  #takeCall(update: acp.ToolCallUpdate): void {
    const call = this.merge(update);
    const id = update.toolCallId;
    const ended = call.status === 'completed' || call.status === 'failed';
    if (!this.#told.has(id) && (ended || call.status === 'in_progress')) {
      this.#told.add(id);
      this.#tell({ type: 'call', call });
    }
    if (!ended) return;
    this.#tell({ type: 'called', call });
    this.#known.delete(id);
  }

  merge(update: acp.ToolCallUpdate): Call {
    const before = this.#known.get(update.toolCallId);
    const given = update.rawInput;
    const hasInput = typeof given === 'object' && given !== null && Object.keys(given).length > 0;
    const call: Call = {
      title: update.title ?? before?.title ?? '',
      kind: update.kind ?? before?.kind,
      status: update.status ?? before?.status,
      input: hasInput ? given : before?.input,
      locations: update.locations?.map((one) => one.path) ?? before?.locations ?? [],
      changes:
        update.content?.flatMap((one) => (one.type === 'diff' ? [one.path] : [])) ?? before?.changes ?? [],
    };
    this.#known.set(update.toolCallId, call);
    return call;
  }
}

/** Agents put what a provider said into any of these. */
function describe(error: unknown): object {
  if (!(error instanceof acp.RequestError)) return { text: (error as Error).message, code: null };
  const { code, message, data } = error;
  const { details, message: inner } = (data ?? {}) as {
    readonly details?: unknown;
    readonly message?: unknown;
  };
  const more = [data, details, inner].find((one) => typeof one === 'string' && one !== '');
  // That of an "internal error" says nothing by itself.
  const text = more === undefined ? message : code === INTERNAL ? more : `${message}: ${more}`;
  return { text, code, data };
}

const INTERNAL = -32603;
