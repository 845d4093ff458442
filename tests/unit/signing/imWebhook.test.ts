import { imWebhookSign, verifyImWebhook } from '../../../shared/signing/imWebhook';

const now = 1_700_000_000;
const token = 'localonlytoken';
const signed = (requestTime: number) => ({ requestTime, sign: imWebhookSign({ token, requestTime }) });

const check = (changes: Partial<Parameters<typeof verifyImWebhook>[0]>) =>
  verifyImWebhook({ token, ...signed(now), now, maxDifferenceSeconds: 60, ...changes });

it('takes a request from about now', () => {
  expect(check({})).toBe('ok');
  expect(check({ requestTime: String(now) })).toBe('ok');
  expect(check(signed(now - 60))).toBe('ok');
  expect(check(signed(now - 61))).toBe('expired');
  expect(check(signed(now + 60))).toBe('ok');
  expect(check(signed(now + 61))).toBe('tooFarAhead');
});

it('refuses what is missing, malformed or signed with another token', () => {
  expect(check({ sign: undefined })).toBe('missing');
  expect(check({ requestTime: '' })).toBe('missing');
  expect(check({ requestTime: [now] })).toBe('malformed');
  expect(check({ sign: 'a' })).toBe('malformed');
  expect(check({ token: 'other' })).toBe('wrong');
  expect(check({ requestTime: 5 })).toBe('wrong');
});

it('throws on an empty token and on what is no time', () => {
  expect(() => imWebhookSign({ token: '', requestTime: 1 })).toThrow(/^token must be/);
  expect(() => imWebhookSign({ token, requestTime: 'now' })).toThrow(/^requestTime must be/);
});
