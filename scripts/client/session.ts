import { isApiError } from './apiError';
import type { ClientOptions, Tokens } from './publicTypes';

/** Whose the tokens are. */
export interface Session {
  tokens: () => Tokens | undefined;
  /** Counts logins and logouts: what was begun in one session says nothing about the next, nor is sent again in it. */
  number: () => number;
  /** Another login, or none. */
  begin: (given: Tokens | undefined) => void;
  /** New tokens of the same login. */
  keep: (given: Tokens) => void;
  /** Exchanges the refresh token, once however many calls need it: each is good for one exchange. */
  refresh: (refreshToken: string) => Promise<Tokens>;
}

/** @param exchange asks the backend for the tokens that follow a refresh token */
export function makeSession(
  options: ClientOptions,
  exchange: (refreshToken: string) => Promise<Tokens>,
): Session {
  let tokens = options.tokens ?? (options.token === undefined ? undefined : { accessToken: options.token });
  let refreshing: Promise<Tokens> | undefined;
  let number = 0;

  const set = (given: Tokens | undefined): void => {
    tokens = given;
    options.onTokens?.(given);
  };
  const begin = (given: Tokens | undefined): void => {
    number += 1;
    refreshing = undefined;
    set(given);
  };
  const exchanged = async (refreshToken: string): Promise<Tokens> => {
    const begun = number;
    try {
      const given = await exchange(refreshToken);
      if (number === begun) set(given);
      return given;
    } catch (error) {
      if (number === begun && isApiError(error) && error.code === 'unauthorized') begin(undefined);
      throw error;
    } finally {
      if (number === begun) refreshing = undefined;
    }
  };

  return {
    tokens: () => tokens,
    number: () => number,
    begin,
    keep: set,
    refresh: (refreshToken) => (refreshing ??= exchanged(refreshToken)),
  };
}
