import { ApiRefusal } from './apiRefusal';

/** One service of the cloud API: its host is `<name>.tencentcloudapi.com`. One file per service says what it does. */
export interface ApiService {
  /** As in the host name, and as the signature names it, e.g. 'scf'. */
  readonly name: string;
  /** X-TC-Version, e.g. '2018-04-16'; also says which declarations of the SDK the parameters are held against. */
  readonly version: string;
  /** Whether a call without X-TC-Region is refused. */
  readonly regional: boolean;
  readonly actions: ReadonlyMap<string, Action>;
}

/**
 * What an action does with the parameters of a call.
 * @returns the members of `Response`, without RequestId
 * @throws ApiRefusal what the service refuses
 */
export type Action = (parameters: object, call: CallContext) => object | Promise<object>;

export interface CallContext {
  readonly requestId: string;
  /** Whose call it is. */
  readonly secretId: string;
}

/**
 * An action over the SDK's own request and response types. The emulator has held the parameters against the
 * declaration of that request type before, field by field, so here they only get its name.
 */
export function action<Request extends object, Response extends object>(
  run: (request: Request, call: CallContext) => Response | Promise<Response>,
): Action {
  return (parameters, call) => run(parameters as Request, call);
}

/**
 * For what is left of a request after everything that the emulator heeds.
 * @throws Error when something is: better no test than one that passes because a parameter was ignored
 */
export function nothingElse(rest: object): void {
  const names = Object.keys(rest);
  if (names.length > 0) throw new Error(`the emulator does not know what ${names.join(', ')} would do`);
}

export interface Page {
  Offset?: number | undefined;
  Limit?: number | undefined;
}

/** The part of a list that a call asks for; 20 entries when it does not say. */
export function pageOf<Entry>(
  entries: readonly Entry[],
  { Offset = 0, Limit = 20 }: Page,
  most = 100,
): Entry[] {
  if (!Number.isInteger(Offset) || Offset < 0)
    throw new ApiRefusal('InvalidParameterValue.Offset', `Offset ${Offset} is not valid.`);
  if (!Number.isInteger(Limit) || Limit < 1 || Limit > most)
    throw new ApiRefusal(
      'InvalidParameterValue.Limit',
      `Limit ${Limit} is not valid, expected 1 to ${most}.`,
    );
  return entries.slice(Offset, Offset + Limit);
}

/** @throws ApiRefusal for a value that is none of those */
export function requireOneOf(
  name: string,
  value: string | undefined,
  allowed: readonly (string | undefined)[],
): void {
  if (!allowed.includes(value))
    throw new ApiRefusal(`InvalidParameterValue.${name}`, `${name} ${value} is not supported here.`);
}

/** The members that have a value. */
export function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
export function given(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
