import { liteavSig, roomserviceSign, verifyLiteavSig } from '../../../shared/signing/liteavSig';

const token = 'localonlytoken';
const rawBody = Buffer.from('{"userid":"u\\/1"}');
const sig = liteavSig({ token, rawBody });

it('verifies over the raw bytes', () => {
  expect(verifyLiteavSig({ token, rawBody, sig })).toBe('ok');
  expect(verifyLiteavSig({ token, rawBody: rawBody.toString(), sig })).toBe('ok');
  expect(verifyLiteavSig({ token, rawBody: '{"userid":"u/1"}', sig })).toBe('wrong');
  expect(verifyLiteavSig({ token: 'other', rawBody, sig })).toBe('wrong');
});

it('tells missing from malformed', () => {
  expect(verifyLiteavSig({ token, rawBody, sig: undefined })).toBe('missing');
  expect(verifyLiteavSig({ token, rawBody, sig: [sig] })).toBe('malformed');
  expect(verifyLiteavSig({ token, rawBody, sig: sig.toUpperCase() })).toBe('malformed');
});

it('throws on an empty token or key', () => {
  expect(() => liteavSig({ token: '', rawBody })).toThrow(/^token must be/);
  expect(() => roomserviceSign({ apiKey: '', txTime: 1, userId: 'u' })).toThrow(/^apiKey must be/);
});
