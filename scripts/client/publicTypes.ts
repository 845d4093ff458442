// These types are copied into the package as they are written here; what is generated of the document follows them.

/** The part of `fetch` that is used; that of browsers, Node 18 and React Native fits. */
export type Fetch = (
  url: string,
  request: {
    method: string;
    headers: Record<string, string>;
    body: string;
    signal: AbortSignal;
    redirect: 'error';
  },
) => Promise<FetchAnswer>;

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** The tokens of a login. Keep them where other apps cannot read them. */
export interface Tokens {
  accessToken: string;
  /** With it, a new access token is fetched when the old one has ended. */
  refreshToken?: string | undefined;
}

export interface ClientOptions {
  /** Where the backend is, such as `https://api.example.com`; a path in front of the endpoints stays. */
  baseUrl: string;
  /** Tokens of an earlier login. After account.login, account.register and account.refresh the client has its own. */
  tokens?: Tokens | undefined;
  /** An access token alone: that of a guest, or one for development. */
  token?: string | undefined;
  /** For the operators' commands. Never in an app. */
  adminToken?: string | undefined;
  /** Told whenever the tokens change, so that they can be kept; undefined when the login is over. */
  onTokens?: ((tokens: Tokens | undefined) => void) | undefined;
  /** Milliseconds until a call is given up; 10 000 by default. */
  timeoutMs?: number | undefined;
  /** In place of the global `fetch`. */
  fetch?: Fetch | undefined;
}

export interface CallOptions {
  /** Ends the call when it aborts; the call then fails with the code `aborted`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for this call. */
  timeoutMs?: number | undefined;
}

/** What a call fails with, besides what the backend says: it did not get there, or what came back is not its answer. */
export type TransportCode = 'network' | 'timeout' | 'aborted' | 'badAnswer';

/** What is known of a failed call. */
export interface FailureDetails<Code extends string> {
  readonly code: Code;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The backend's own number of the failure; 0 when there was no answer. */
  readonly returnValue: number;
  /** The member of the input that was at fault, where the message names one. */
  readonly field: string | undefined;
  /** Leads to the log of the backend. */
  readonly requestId: string | undefined;
  /** Seconds after which the call may be made again, where the backend said so. */
  readonly retryAfter: number | undefined;
}
