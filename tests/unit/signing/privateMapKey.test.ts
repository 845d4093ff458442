import { inflateSync } from 'node:zlib';
import * as v from 'valibot';
import { privateMapKey, ROOM_PRIVILEGES, roomRightsBuffer } from '../../../shared/signing/privateMapKey';

const now = 1_700_000_000;
const given = { sdkAppId: 1400000000, key: 'localonlykey', now, expire: 300 };

/** Reads the bytes as the service would: lengths count bytes. */
function parse(bytes: Buffer) {
  let at = 0;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const text = () => take(take(2).readUInt16BE()).toString();
  const version = take(1).readUInt8();
  const userId = text();
  const [sdkAppId, room, expiresAt, privileges, accountType] = Array.from({ length: 5 }, () =>
    take(4).readUInt32BE(),
  );
  const roomName = version === 1 ? text() : undefined;
  return {
    version,
    userId,
    sdkAppId,
    room,
    expiresAt,
    privileges,
    accountType,
    roomName,
    left: bytes.length - at,
  };
}

it('counts bytes, not characters, of ids that are not ASCII', () => {
  const rights = { ...given, userId: '用户😀', room: '直播间', privileges: 42 };
  expect(parse(roomRightsBuffer(rights))).toEqual({
    version: 1,
    userId: '用户😀',
    sdkAppId: 1400000000,
    room: 0,
    expiresAt: now + 300,
    privileges: 42,
    accountType: 0,
    roomName: '直播间',
    left: 0,
  });
});

it('carries exactly those bytes, signed', () => {
  const rights = { ...given, userId: '用户', room: 0xffffffff, privileges: ROOM_PRIVILEGES.enterRoom };
  const base64 = privateMapKey(rights).replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  const content: unknown = JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString());
  const { 'TLS.userbuf': userBuf } = v.parse(v.object({ 'TLS.userbuf': v.string() }), content);
  expect(parse(Buffer.from(userBuf, 'base64'))).toMatchObject({
    version: 0,
    userId: '用户',
    room: 0xffffffff,
    privileges: 2,
    roomName: undefined,
    left: 0,
  });
});

it('has the privileges of the document: 255 is all, 42 a viewer', () => {
  const { enterRoom, receiveAudio, receiveVideo } = ROOM_PRIVILEGES;
  expect(Object.values(ROOM_PRIVILEGES).reduce((sum, one) => sum + one, 0)).toBe(255);
  expect(enterRoom + receiveAudio + receiveVideo).toBe(42);
});

test.each([
  ['privileges', { privileges: 256 }],
  ['room', { room: -1 }],
  ['room', { room: '' }],
  ['bytes of room', { room: '间'.repeat(342) }],
  ['userId', { userId: '' }],
  ['sdkAppId', { sdkAppId: 2 ** 32 }],
  ['expire', { expire: 2 ** 32 }],
  ['now', { now: -1 }],
])('throws naming %s for %j', (name, change) => {
  const rights = { ...given, userId: 'u', room: 1, privileges: 1, ...change };
  expect(() => privateMapKey(rights)).toThrow(new RegExp(`^${name} must be`));
});
