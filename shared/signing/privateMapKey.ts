import { requireInteger, requireSeconds, requireText } from './argument';
import { makeUserSig } from './userSig';

/** What the holder may do in the room; the sum of these. */
export const ROOM_PRIVILEGES = {
  createRoom: 1,
  enterRoom: 2,
  sendAudio: 4,
  receiveAudio: 8,
  sendVideo: 16,
  receiveVideo: 32,
  sendScreen: 64,
  receiveScreen: 128,
} as const;

interface RoomRights {
  sdkAppId: number;
  userId: string;
  /** A number names a numeric room, a text a text room. */
  room: number | string;
  /** 0 to 255, a sum of ROOM_PRIVILEGES. */
  privileges: number;
  /** Unix seconds. */
  now: number;
  /** Life in seconds. */
  expire: number;
}

/**
 * The TRTC room key: a UserSig that also signs which room may be entered and what may be done there.
 * For ASCII ids byte for byte what the official Node package makes; that package counts characters where the
 * format wants bytes, so for other ids it makes broken keys and this function right ones.
 * Throws TypeError naming the argument that is not usable. Source: package tls-sig-api-v2.
 */
export function privateMapKey({ key, ...rights }: RoomRights & { key: string }): string {
  const { sdkAppId, userId, now, expire } = rights;
  return makeUserSig({ sdkAppId, key, userId, now, expire, userBuf: roomRightsBuffer(rights) });
}

/** The bytes a room key signs: version, account, then 32-bit big-endian numbers, then the name of a text room. */
export function roomRightsBuffer({ sdkAppId, userId, room, privileges, now, expire }: RoomRights): Buffer {
  requireInteger('privileges', privileges, 0, 255);
  requireSeconds('now', now);
  requireInteger('expire', expire, 0, 0xffffffff - now);
  requireInteger('sdkAppId', sdkAppId, 1, 0xffffffff);
  const isTextRoom = typeof room === 'string';
  if (!isTextRoom) requireInteger('room', room, 0, 0xffffffff);
  const numbers = [sdkAppId, isTextRoom ? 0 : room, now + expire, privileges, ACCOUNT_TYPE];
  return Buffer.concat([
    Buffer.of(isTextRoom ? 1 : 0),
    withLength('userId', userId),
    ...numbers.map(uint32),
    ...(isTextRoom ? [withLength('room', room)] : []),
  ]);
}

const ACCOUNT_TYPE = 0;

function withLength(name: string, text: string): Buffer {
  requireText(name, text);
  const bytes = Buffer.from(text);
  requireInteger(`bytes of ${name}`, bytes.length, 1, 1024);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
