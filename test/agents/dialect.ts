// What the stub's providers have in common: a turn that is scripted once is said in each one's own words.

export interface Call {
  /** As the agent names its tool. */
  readonly tool: string;
  /** Of OpenAI's Responses: where the tool is one of several that belong together. */
  readonly namespace?: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Turn {
  readonly text: string;
  readonly calls?: readonly Call[];
  /** The model declines to answer. */
  readonly refusal?: boolean;
}

/** One event of a stream; those of Anthropic and of OpenAI's Responses have names. */
export interface Event {
  readonly event?: string;
  readonly data: unknown;
}

export type Body = Readonly<Record<string, unknown>>;

export interface Dialect {
  readonly name: 'anthropic' | 'chat' | 'responses' | 'gemini';
  /** Whether a POST to this path asks the model for an answer. */
  answers(path: string): boolean;
  streams(path: string, body: Body): boolean;
  /** Whether tools are offered: titles and summaries are asked for without. */
  offersTools(body: Body): boolean;
  /** How many of the conversation's answers called tools. */
  turnsSoFar(body: Body): number;
  whole(turn: Turn, model: string): unknown;
  stream(turn: Turn, model: string): readonly Event[];
  /** The body that the provider sends with an error. */
  error(status: number, model: string): unknown;
}

export function list(value: unknown): readonly Body[] {
  return Array.isArray(value) ? (value as Body[]) : [];
}

/** A text in pieces of a few characters, as models stream it. */
export function pieces(text: string, size = 24): readonly string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
}

let made = 0;

/** An id like the providers': `toolu_0001`. */
export function newId(prefix: string): string {
  made++;
  return `${prefix}_${String(made).padStart(4, '0')}`;
}
