import type { FailureDetails } from './publicTypes';

/** Why a call failed. The message is the backend's, for developers; what users read goes by `code`. */
export class ApiError extends Error implements FailureDetails<string> {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly returnValue: number;
  readonly field: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(message: string, details: Partial<FailureDetails<string>> & { code: string }) {
    super(message);
    this.code = details.code;
    this.status = details.status ?? 0;
    this.returnValue = details.returnValue ?? 0;
    this.field = details.field;
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
  }
}

/** Also for an error of another copy of this package, as when one part of a program imports it and another requires it. */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === 'ApiError' && 'code' in error && 'returnValue' in error;
}
