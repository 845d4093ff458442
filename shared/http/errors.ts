/**
 * Every way a request can fail: the HTTP status of the native endpoints and the `returnValue` of the body.
 * Numbers that the original server had (1000, 2002, 2003, 4001, 4002, 4003, 10001) keep their meaning.
 */
export const failures = {
  invalidInput: { status: 400, returnValue: 1000 },
  invalidParameter: { status: 400, returnValue: 4002 },
  invalidJson: { status: 400, returnValue: 4001 },
  unauthorized: { status: 401, returnValue: 4010 },
  forbidden: { status: 403, returnValue: 4030 },
  notFound: { status: 404, returnValue: 2003 },
  conflict: { status: 409, returnValue: 4090 },
  tooLarge: { status: 413, returnValue: 4130 },
  tooMany: { status: 429, returnValue: 4003 },
  internal: { status: 500, returnValue: 10001 },
  unavailable: { status: 503, returnValue: 2002 },
} as const;

export type FailureCode = keyof typeof failures;

/** A failure the caller may read: its message names the field and what was expected, never an internal detail. */
export class Failure extends Error {
  readonly status: number;
  readonly returnValue: number;

  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
    this.name = 'Failure';
    this.status = failures[code].status;
    this.returnValue = failures[code].returnValue;
  }
}
