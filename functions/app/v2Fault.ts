/** What a v2 answer can say in `code`, with the original's words for it (protocol.md 11.1). 200 is success. */
const faults = {
  400: 'Bad Request',
  498: 'Invalid Token',
  500: 'Internal Server Error',
  602: 'Invalid Param',
  612: 'user exist',
  620: 'user not exist',
  621: 'password error',
} as const;

export type V2Code = keyof typeof faults;

/** A refusal that v2 apps understand. */
export class V2Fault extends Error {
  /** `{}`, but `[]` where the original refuses before it knows what was asked for. */
  readonly data: object;

  constructor(
    readonly code: V2Code,
    detail = '',
    data: object = code === 400 || code === 498 ? [] : {},
  ) {
    super(detail === '' ? faults[code] : `${faults[code]} | ${detail}`);
    this.name = 'V2Fault';
    this.data = data;
  }
}
