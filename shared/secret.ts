import { inspect } from 'node:util';

/** A secret that prints as `[secret]` wherever it ends up: in a log line, an error, JSON, a test snapshot. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself, for the one call that signs or connects with it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
