import type { Access } from '../../shared/command';
import { failures, type FailureCode } from '../../shared/http/errors';
import { commands, type CommandName } from './commands';
import type { Text } from './words';
import { words } from './words';

/** What each failure means to a caller. `invalidParameter` is only in answers to old apps. */
export const meanings: Record<Exclude<FailureCode, 'invalidParameter'>, Text> = {
  invalidInput: {
    en: 'A member is missing or wrong; returnMsg names it and says what was expected.',
    zh: '字段缺失或有误；returnMsg 指出是哪个字段以及应为何值。',
  },
  invalidJson: { en: 'The body is no JSON object.', zh: '请求体不是 JSON 对象。' },
  unauthorized: {
    en: 'No token that is valid now, or a wrong password.',
    zh: '没有有效的令牌，或密码错误。',
  },
  forbidden: { en: 'This caller may not do that.', zh: '该调用者无权这样做。' },
  notFound: { en: 'There is no such thing.', zh: '不存在。' },
  conflict: { en: 'The state of things does not allow it now.', zh: '当前状态不允许。' },
  tooLarge: { en: 'The body is larger than 64 KB.', zh: '请求体超过 64 KB。' },
  tooMany: { en: 'Too many requests; wait for Retry-After.', zh: '请求过多，请等待 Retry-After。' },
  internal: {
    en: 'Unexpected; the requestId leads to the log.',
    zh: '意外错误；可凭 requestId 查日志。',
  },
  unavailable: {
    en: 'Busy for the moment; try again after Retry-After.',
    zh: '暂时繁忙，请在 Retry-After 之后重试。',
  },
};

export type NativeFailure = keyof typeof meanings;

const always: readonly FailureCode[] = ['invalidInput', 'invalidJson', 'tooLarge', 'internal', 'unavailable'];

const ofAccess: Record<Access, readonly FailureCode[]> = {
  public: [],
  viewer: ['unauthorized', 'forbidden'],
  user: ['unauthorized', 'forbidden'],
  operator: ['unauthorized'],
};

/** How a command can fail, in the order of the statuses. */
export function failuresOf(name: CommandName): NativeFailure[] {
  const possible = new Set([...always, ...ofAccess[commands[name].access], ...(words[name].fails ?? [])]);
  return nativeFailures().filter((code) => possible.has(code));
}

/** Every failure that a command can have at all. */
export function nativeFailures(): NativeFailure[] {
  return Object.keys(failures).filter((code): code is NativeFailure => code in meanings);
}
