import { Failure, type FailureCode } from '../../shared/http/errors';

/** The error codes of v3 that this server uses (protocol.md 12; README of the vendor's backend). */
export const v3Codes = {
  verify: 98,
  system: 99,
  unavailable: 100,
  tokenExpired: 203,
  tokenInvalid: 204,
  nothingToUpdate: 205,
  noSuchUser: 206,
  userQuery: 208,
  tooMany: 209,
  roomCreate: 2000,
  roomDestroy: 2001,
  roomQuery: 2002,
  roomLeave: 2003,
  noSuchRoom: 2004,
  roomTaken: 2006,
} as const;

export type V3Code = (typeof v3Codes)[keyof typeof v3Codes];

/** A failure with the code that v3 apps know it by. 203 and 204 send iOS back to the login page. */
export class V3Fault extends Failure {
  constructor(
    readonly errorCode: V3Code,
    message: string,
  ) {
    super('invalidInput', message);
    this.name = 'V3Fault';
  }
}

/**
 * The v3 code of a failure.
 * @param fault what a request at fault is called in the place where this one was
 */
export function v3CodeOf(failure: Failure, fault: V3Code): V3Code {
  if (failure instanceof V3Fault) return failure.errorCode;
  const code: FailureCode = failure.code;
  switch (code) {
    case 'tooMany':
      return v3Codes.tooMany;
    case 'internal':
      return v3Codes.system;
    case 'unavailable':
      return v3Codes.unavailable;
    case 'unauthorized':
      return v3Codes.tokenInvalid;
    default:
      return fault;
  }
}
