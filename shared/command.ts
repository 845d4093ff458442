import type { BaseIssue, BaseSchema, InferOutput } from 'valibot';

/**
 * Who may call: anyone; the holder of an access token, also a guest of the share page (`viewer`) or not (`user`), and
 * `caller` is then the token's subject; or the holder of ADMIN_TOKEN.
 */
export type Access = 'public' | 'viewer' | 'user' | 'operator';

export type InputSchema = BaseSchema<unknown, unknown, BaseIssue<unknown>>;

/** What a command answers. The compiler holds the command to it and the tests its answers; production checks nothing. */
export type OutputSchema = InputSchema;

/** What a command is given besides its input. `now` is epoch milliseconds. */
export interface Call<A extends Access = Access> {
  caller: A extends 'user' | 'viewer' ? string : undefined;
  now: number;
  requestId: string;
  clientAddress: string;
}

/**
 * The one shape of everything the backend can do. A command knows no HTTP and no wire generation: `functions/<name>`
 * serves it as `POST /<name>`, `functions/app` translates old protocols to it.
 */
export interface Command<
  Schema extends InputSchema,
  A extends Access,
  Needs,
  Output extends OutputSchema = OutputSchema,
> {
  name: string;
  input: Schema;
  output: Output;
  access: A;
  run(input: InferOutput<Schema>, call: Call<A>, needs: Needs): Promise<InferOutput<Output>>;
}

export function defineCommand<
  Schema extends InputSchema,
  A extends Access,
  Needs,
  Output extends OutputSchema,
>(command: Command<Schema, A, Needs, Output>): Command<Schema, A, Needs, Output> {
  return command;
}

/** What a command asks for besides its input and call: settings, database, clients. */
export type NeedsOf<C> = C extends { run(input: never, call: never, needs: infer Needs): unknown }
  ? Needs
  : never;
