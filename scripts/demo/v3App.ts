import * as v from 'valibot';
import { clock } from '../../shared/clock';
import { digest } from '../../shared/signing/digest';
import type { Envelope, Product } from './product';

/** Someone who is logged in with an app of the third generation. */
export interface V3Person {
  username: string;
  /** The number that v3 apps know the user by; it names the user's room and stream. */
  number: string;
  token: string;
  /** What the app logs in to IM with, as the number. */
  userSig: string;
  sdkAppId: number;
}

const granted = v.object({
  userId: v.string(),
  token: v.string(),
  userSig: v.string(),
  sdkAppId: v.number(),
  expire: v.string(),
});

const envelope: Envelope = {
  success: v.object({ errorCode: v.literal(0), errorMessage: v.string(), data: v.unknown() }),
  described: 'errorCode 0',
  member: 'data',
};

const userAgent = 'XiaoZhiBoApp/1.0 (com.tencent.example; build:1; iOS 15.4.0) Alamofire/5.4.4';

/** oauth/register. @returns the user's number. @throws Mismatch */
export async function registerV3(product: Product, username: string, password: string): Promise<string> {
  const members = { username, salt: saltOf(username, password) };
  const made = v.object({ name: v.literal(username), id: v.number() });
  return String((await post(product, 'oauth/register', members, made)).id);
}

/** oauth/signature: the password stays in the app. @throws Mismatch */
export async function loginV3(product: Product, username: string, password: string): Promise<V3Person> {
  const [tag, ts, nonce] = ['xiaozhibo', String(clock()), ''];
  const signed = [username, tag, ts, nonce, saltOf(username, password)].join('-');
  const members = { username, signature: digest('md5', signed), tag, ts, nonce, hash: 'md5' };
  return person(username, await post(product, 'oauth/signature', members, granted));
}

/** auth_users/user_login_token: what an app does that is started again. @throws Mismatch */
export async function loginAgainV3(product: Product, known: V3Person): Promise<V3Person> {
  return person(known.username, await askV3(product, known, 'auth_users/user_login_token', {}, granted));
}

/** A method of someone who is logged in, such as `rooms/enter_room`, as iOS sends it. @throws Mismatch */
export function askV3<Data extends v.GenericSchema>(
  product: Product,
  { number, token, sdkAppId }: V3Person,
  method: string,
  members: Record<string, string>,
  data: Data,
): Promise<v.InferOutput<Data>> {
  const own = { userId: number, apaasUserId: number, token, appId: String(sdkAppId) };
  return post(product, method, { ...members, ...own }, data);
}

function person(username: string, { userId, token, userSig, sdkAppId }: v.InferOutput<typeof granted>) {
  return { username, number: userId, token, userSig, sdkAppId };
}

/** Registered in place of the password. */
function saltOf(username: string, password: string): string {
  return digest('md5', `${username}-${password}`);
}

/** Rooms are asked for with a form, everything else with JSON in which every slash is escaped. */
function post<Data extends v.GenericSchema>(
  product: Product,
  method: string,
  members: Record<string, string>,
  data: Data,
): Promise<v.InferOutput<Data>> {
  const isForm = method.startsWith('rooms/');
  const headers = {
    'Content-Type': isForm ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json',
    'User-Agent': userAgent,
  };
  const body = isForm
    ? new URLSearchParams(members).toString()
    : JSON.stringify(members).replaceAll('/', '\\/');
  return product.send({ what: `v3 ${method}`, path: `/base/v1/${method}`, headers, body, envelope }, data);
}
