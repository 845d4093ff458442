import { isApiError } from './apiError';
import type { CallOptions, ClientOptions, Tokens } from './publicTypes';
import { send } from './send';

/** What is generated of the document. */
export interface Described {
  /** Who may call each command. */
  access: Record<string, string>;
  /** The code of each returnValue. */
  names: Record<string, string>;
}

/** Commands whose answer is a session, and those after which there is none. */
const beginning = ['account/login', 'account/register', 'account/refresh'];
const ending = ['account/logout', 'account/delete'];

/** Makes the client: a function for every command, at its path, and `tokens` and `useTokens` beside them. */
export function makeClient({ access, names }: Described, options: ClientOptions): Record<string, unknown> {
  let tokens: Tokens | undefined =
    options.tokens ?? (options.token === undefined ? undefined : { accessToken: options.token });
  let refreshing: Promise<Tokens> | undefined;

  const use = (given: Tokens | undefined): void => {
    tokens = given;
    options.onTokens?.(given);
  };

  /** Exchanges the refresh token, once however many calls need it: each is good for one exchange. */
  const refresh = (refreshToken: string): Promise<Tokens> => {
    refreshing ??= send(options, names, 'account/refresh', { refreshToken }, undefined)
      .then(readTokens)
      .then(
        (given) => {
          use(given);
          return given;
        },
        (error: unknown) => {
          if (isApiError(error) && error.code === 'unauthorized') use(undefined);
          throw error;
        },
      )
      .finally(() => (refreshing = undefined));
    return refreshing;
  };

  const asUser = async (command: string, input: unknown, call?: CallOptions): Promise<unknown> => {
    const sent = tokens;
    try {
      return await send(options, names, command, input, sent?.accessToken, call);
    } catch (error) {
      if (!isApiError(error) || error.code !== 'unauthorized') throw error;
      // Another call may have refreshed, or the user may have logged out, while this one was under way.
      const current = tokens;
      if (current?.refreshToken === undefined) throw error;
      const next = current.accessToken === sent?.accessToken ? await refresh(current.refreshToken) : current;
      return send(options, names, command, input, next.accessToken, call);
    }
  };

  const run = async (command: string, input: unknown, call?: CallOptions): Promise<unknown> => {
    switch (access[command]) {
      case 'operator':
        return send(options, names, command, input, options.adminToken, call);
      case 'public': {
        const answer = await send(options, names, command, input, undefined, call);
        if (beginning.includes(command)) use(readTokens(answer));
        return answer;
      }
      default: {
        const answer = await asUser(command, input, call);
        if (ending.includes(command)) use(undefined);
        return answer;
      }
    }
  };

  return { ...commandTree(Object.keys(access), run), tokens: () => tokens, useTokens: use };
}

/** `room/enter` becomes `client.room.enter`. */
function commandTree(
  commands: readonly string[],
  run: (command: string, input: unknown, call?: CallOptions) => Promise<unknown>,
): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  const groups = new Map<string, Record<string, unknown>>();
  for (const command of commands) {
    const call = (input?: unknown, options?: CallOptions) => run(command, input, options);
    const [first = '', second] = command.split('/');
    if (second === undefined) {
      tree[first] = call;
      continue;
    }
    const group = groups.get(first) ?? {};
    group[second] = call;
    groups.set(first, group);
    tree[first] = group;
  }
  return tree;
}

/** The backend's answer is what its schema says; this only picks what the client itself keeps. */
function readTokens(answer: unknown): Tokens {
  const given: Record<string, unknown> = typeof answer === 'object' ? { ...answer } : {};
  return { accessToken: String(given['accessToken']), refreshToken: String(given['refreshToken']) };
}
