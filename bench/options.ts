/** Texts, numbers and lists of numbers by name, as they were given; each benchmark has its own defaults. */
export class Options {
  readonly #values: ReadonlyMap<string, string>;
  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** @throws where it was not given */
  text(name: string): string {
    const given = this.#values.get(name);
    if (given === undefined) throw new TypeError(`--${name} is needed`);
    return given;
  }

  number(name: string, otherwise: number): number {
    return this.numbers(name, [otherwise])[0] as number;
  }

  numbers(name: string, otherwise: readonly number[]): readonly number[] {
    const given = this.#values.get(name);
    if (given === undefined) return otherwise;
    const numbers = given.split(',').map(Number);
    if (numbers.every((number) => Number.isSafeInteger(number) && number > 0)) return numbers;
    throw new TypeError(`--${name} takes whole numbers above 0, not ${given}`);
  }
}
