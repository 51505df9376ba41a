// Points at which a test may end this process: before and after every change of the store, of git's data, of files and of
// processes. A point is named after its door and the functions that came through it, so that a new change has one without
// anybody writing it down. Without a listener, which only a test has, a change costs one comparison more.

/** Told of a change before it is made. @returns what is told of it after it was made */
export type Listener = (door: string) => () => void;

/** Where a test puts its listener before this program is loaded. */
export const LISTENER = Symbol.for('steroids.failpoints');

const listener = (globalThis as { [LISTENER]?: Listener })[LISTENER];

/** Makes a change of the world outside this process. */
export function changing<T>(door: string, change: () => Promise<T>): Promise<T> {
  return listener === undefined ? change() : listened(listener(door), change);
}

async function listened<T>(after: () => void, change: () => Promise<T>): Promise<T> {
  const made = await change();
  after();
  return made;
}

/** The same for a change that is made at once. */
export function changingNow<T>(door: string, change: () => T): T {
  if (listener === undefined) return change();
  const after = listener(door);
  const made = change();
  after();
  return made;
}
