import { findAccount, setSex } from '../../shared/store/accounts';
import { findProfile, setProfile } from '../../shared/store/users';
import { nameLiveRoomStream } from '../../shared/store/roomStreams';
import { setV2Room } from '../../shared/store/v2Rooms';
import type { V2Call, V2Needs } from './v2';
import { v2Int, v2Picture, v2RequiredText, v2Text, type V2Body } from './v2Input';

/** get_user_info: the own profile. Every member is there: iOS would crash without one. */
export async function getUserInfo(_input: unknown, { session }: V2Call, { database }: V2Needs) {
  const { userId } = session;
  const profile = await findProfile(database, userId);
  const account = await findAccount(database, userId);
  return {
    userid: userId,
    nickname: profile?.nickname ?? '',
    avatar: profile?.headPic ?? '',
    sex: account?.sex ?? -1,
    frontcover: profile?.frontCover ?? '',
  };
}

/** What upload_user_info needs besides the signature. A sex that no app knows counts as unknown. */
export function readUserInfo(body: V2Body) {
  const sex = v2Int(body, 'sex');
  return {
    nickname: v2RequiredText(body, 'nickname', 128),
    headPic: v2Picture(body, 'avatar'),
    frontCover: v2Picture(body, 'frontcover'),
    sex: sex === 0 || sex === 1 ? sex : -1,
  };
}

/** upload_user_info. It is a success too when nothing changes, and it leaves the room alone. */
export async function uploadUserInfo(
  { sex, ...profile }: ReturnType<typeof readUserInfo>,
  { session, request }: V2Call,
  { database }: V2Needs,
) {
  await database.transaction(async (tx) => {
    await setProfile(tx, session.userId, profile, request.now);
    await setSex(tx, session.userId, sex);
  });
  return {};
}

/** What upload_room needs besides the signature. */
export function readRoom(body: V2Body) {
  return {
    title: v2RequiredText(body, 'title', 128),
    frontCover: v2Picture(body, 'frontcover') ?? '',
    location: v2Text(body, 'location', 128) ?? '',
  };
}

/** upload_room: what the host's broadcast is called, the one on the air and the next recording. */
export async function uploadRoom(
  read: ReturnType<typeof readRoom>,
  { session, request }: V2Call,
  { config, database }: V2Needs,
) {
  const room = { ...read, updatedAt: request.now };
  await database.transaction(async (tx) => {
    await setV2Room(tx, session.userId, room);
    await nameLiveRoomStream(tx, session.userId, room, config.LIVE_BIZID);
  });
  return {};
}
