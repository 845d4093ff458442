import { randomBytes } from 'node:crypto';
import { keyRing, purposeKey } from '../../shared/keyRing';
import { isCurrentSeal, openSeal, seal } from '../../shared/seal';
import { Secret } from '../../shared/secret';

const [older, newer] = ['older-secret-0123456789abcdef012345', 'newer-secret-0123456789abcdef012345'];

describe('sealed texts', () => {
  const made = { secret: new Secret(older), purpose: 'p', userId: 'user1' };

  test('open where everything is the same, and nowhere else', () => {
    const sealed = seal(made, 'salt 盐', randomBytes);
    expect(openSeal(made, sealed)).toBe('salt 盐');
    expect(openSeal({ ...made, userId: 'user2' }, sealed)).toBeUndefined();
    expect(openSeal({ ...made, purpose: 'q' }, sealed)).toBeUndefined();
    expect(openSeal({ ...made, secret: new Secret(newer) }, sealed)).toBeUndefined();
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('salt');
    expect(seal(made, 'salt 盐', randomBytes)).not.toBe(sealed);
  });

  test('open with any secret of the list, and are sealed with the first', () => {
    const sealed = seal(made, 'salt', randomBytes);
    const both = { ...made, secret: new Secret(`${newer}, ${older}`) };
    expect(openSeal(both, sealed)).toBe('salt');
    expect(isCurrentSeal(both.secret, sealed)).toBe(false);
    expect(isCurrentSeal(both.secret, seal(both, 'salt', randomBytes))).toBe(true);
    expect(openSeal({ ...made, secret: new Secret(newer) }, seal(both, 'salt', randomBytes))).toBe('salt');
  });

  test('do not open when any part was changed, or is missing', () => {
    const sealed = seal(made, 'salt', randomBytes);
    const [keyId = '', nonce = '', content = ''] = sealed.split('.');
    const flipped = Buffer.from(content, 'base64url').map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    for (const changed of [
      '',
      '..',
      keyId,
      `${keyId}.${nonce}`,
      `${keyId}.${nonce}.`,
      `${keyId}..${content}`,
      `${keyId}.${Buffer.alloc(12).toString('base64url')}.${content}`,
      `${keyId}.${nonce}.${Buffer.from(flipped).toString('base64url')}`,
      `${keyId}.${nonce}.${content.slice(0, -4)}`,
    ])
      expect(openSeal(made, changed)).toBeUndefined();
  });
});

describe('the keys of TOKEN_SECRET', () => {
  test('have ids that tell nothing, in the order of the list', () => {
    const ring = keyRing(new Secret(` ${newer} ,${older}`));
    expect(ring.map(({ secret }) => secret.reveal())).toEqual([newer, older]);
    for (const { id } of ring) expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(ring[0].id).not.toBe(ring[1]?.id);
    expect(keyRing(new Secret(older))[0].id).toBe(ring[1]?.id);
    expect(JSON.stringify(ring)).not.toContain('secret-0123');
  });

  test('are others for each purpose', () => {
    const [key] = keyRing(new Secret(older));
    expect(purposeKey(key, 'a')).toHaveLength(32);
    expect(purposeKey(key, 'a')).toEqual(purposeKey(key, 'a'));
    expect(purposeKey(key, 'a')).not.toEqual(purposeKey(key, 'b'));
  });
});
