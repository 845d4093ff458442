import { randomBytes, scryptSync } from 'node:crypto';
import { hashPassword, isCurrentHash, verifyPassword } from '../../shared/password';

describe('password hashes', () => {
  test('verify the password they were made of and no other, and are never alike', async () => {
    const [one, two] = [await hashPassword('secret', randomBytes), await hashPassword('secret', randomBytes)];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$16384\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toContain('secret');
    expect(await verifyPassword('secret', one)).toBe(true);
    expect(await verifyPassword('Secret', one)).toBe(false);
    expect(await verifyPassword('', one)).toBe(false);
    expect(isCurrentHash(one)).toBe(true);
  });

  test('are scrypt of RFC 7914 with the parameters they name', async () => {
    const salt = Buffer.from('0123456789abcdef');
    const hash = scryptSync('secret', salt, 32, { N: 1024, r: 4, p: 2 });
    const stored = `scrypt$1024$4$2$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    expect(await verifyPassword('secret', stored)).toBe(true);
    expect(await verifyPassword('other', stored)).toBe(false);
    expect(isCurrentHash(stored)).toBe(false);
  });

  test.each([undefined, null, '', 'x', 'scrypt$16384$8$3$short$short', 'plain:secret'])(
    'nothing verifies against %j',
    async (stored) => {
      expect(await verifyPassword('secret', stored)).toBe(false);
      expect(await verifyPassword('', stored)).toBe(false);
    },
  );
});
