// Who waits for the store's lock. SQLite's own waiters look at it again and again: fifty of them looked 6,500 times a
// second, which left no processor to who had it. Here whoever finds the lock taken waits for a baton, one byte in a named
// pipe, and only who has the baton looks. The system wakes one reader of a pipe at a time, the one that waits longest.
//
// The baton decides nothing but who looks: it may be lost with a process that is killed, or be there twice, and the lock
// still is SQLite's. A lost one is replaced after a second, and one that is there twice is taken as one when nobody waits.

import { closeSync, constants, existsSync, fstatSync, openSync, read, writeSync } from 'node:fs';

/** Whoever waits so long goes on without, and gives one afterwards. */
const LOST_MS = 1_000;
const BYTE = Buffer.from('.');

export class Baton {
  readonly #file: string;
  readonly #make: (file: string) => void;
  /** Undefined until it is needed for the first time, null where there can be none. */
  #pipe: number | null | undefined;
  /** Another thread reads into it, and is seen to have read before this one is told. */
  readonly #bytes = new Uint8Array(64);
  #reading = false;
  #arrived: (() => void) | undefined;
  /** Two writes of this process wait together. */
  #waiting: Promise<void> | undefined;
  #held = false;

  /**
   * @param file the named pipe
   * @param make makes it
   */
  constructor(file: string, make: (file: string) => void) {
    this.#file = file;
    this.#make = make;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Waits for it, for a second at most. @returns false at once where there is none */
  async take(): Promise<boolean> {
    if (this.#pipe === undefined) this.#pipe = this.#open();
    if (this.#pipe === null) return false;
    this.#waiting ??= this.#wait(this.#pipe);
    await this.#waiting;
    return true;
  }

  async #wait(pipe: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOST_MS);
    this.#arrived = resolve;
    this.#read(pipe);
    await promise;
    clearTimeout(timer);
    this.#arrived = undefined;
    this.#waiting = undefined;
    this.#held = true;
  }

  /** Passes it on, if this process has it. */
  pass(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#give();
  }

  close(): void {
    this.pass();
    this.#endReading();
    if (typeof this.#pipe === 'number' && !this.#reading) closeSync(this.#pipe); // else when it has read
    this.#pipe = null;
  }

  #give(): void {
    if (typeof this.#pipe === 'number') writeSync(this.#pipe, BYTE);
  }

  #open(): number | null {
    try {
      if (!existsSync(this.#file)) this.#make(this.#file);
      const inUse = isInUse(this.#file);
      const pipe = openSync(this.#file, 'r+');
      if (!fstatSync(pipe).isFIFO()) {
        closeSync(pipe);
        return null;
      }
      process.on('exit', this.#endReading);
      if (!inUse) writeSync(pipe, BYTE); // what was in it went with whoever had it open last
      return pipe;
    } catch {
      return null;
    }
  }

  /** In one of Node's threads for files, since only a reader that sleeps in the system is woken alone. */
  #read(pipe: number): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#bytes[0] = 0;
    read(pipe, this.#bytes, 0, this.#bytes.length, null, () => {
      this.#reading = false;
      if (this.#arrived) this.#arrived();
      else writeSync(pipe, BYTE); // it came after its time
      if (this.#pipe === null) closeSync(pipe);
    });
  }

  /**
   * Node waits for its threads when it ends: one that still reads is given what it waits for. The others that read take
   * it first, and pass it on.
   */
  readonly #endReading = (): void => {
    process.off('exit', this.#endReading);
    if (!this.#reading) return;
    const tired = performance.now() + LOST_MS;
    while (this.#reading && this.#bytes[0] === 0 && performance.now() < tired) {
      this.#give();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
    this.#give(); // it may have taken another's together with this one
  };
}

/** Whether a process has the pipe open for reading. */
function isInUse(file: string): boolean {
  try {
    closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}
