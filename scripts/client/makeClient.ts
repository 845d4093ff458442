import { isApiError } from './apiError';
import type { CallOptions, ClientOptions, Tokens } from './publicTypes';
import { send } from './send';
import { makeSession } from './session';

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
  const session = makeSession(options, (refreshToken) =>
    send(options, names, 'account/refresh', { refreshToken }, undefined).then(readTokens),
  );

  const asUser = async (command: string, input: unknown, call?: CallOptions): Promise<unknown> => {
    const begun = session.number();
    const sent = session.tokens();
    try {
      return await send(options, names, command, input, sent?.accessToken, call);
    } catch (error) {
      if (!isApiError(error) || error.code !== 'unauthorized') throw error;
      const current = session.tokens();
      if (session.number() !== begun || current?.refreshToken === undefined) throw error;
      // Another call may have refreshed while this one was under way.
      const isOver = current.accessToken === sent?.accessToken;
      const next = isOver ? await session.refresh(current.refreshToken) : current;
      if (session.number() !== begun) throw error;
      return send(options, names, command, input, next.accessToken, call);
    }
  };

  const asNobody = async (command: string, input: unknown, call?: CallOptions): Promise<unknown> => {
    const begun = session.number();
    const before = session.tokens();
    const answer = await send(options, names, command, input, undefined, call);
    if (!beginning.includes(command)) return answer;
    // A refresh token of somebody else is a login; an exchange of one's own only goes on with the session.
    const goesOn = command === 'account/refresh' && readTokens(input).refreshToken === before?.refreshToken;
    if (!goesOn) session.begin(readTokens(answer));
    else if (session.number() === begun) session.keep(readTokens(answer));
    return answer;
  };

  const run = async (command: string, input: unknown, call?: CallOptions): Promise<unknown> => {
    switch (access[command]) {
      case 'operator':
        return send(options, names, command, input, options.adminToken, call);
      case 'public':
        return asNobody(command, input, call);
      default: {
        const begun = session.number();
        const answer = await asUser(command, input, call);
        if (ending.includes(command) && session.number() === begun) session.begin(undefined);
        return answer;
      }
    }
  };

  return { ...commandTree(Object.keys(access), run), tokens: session.tokens, useTokens: session.begin };
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
