import * as v from 'valibot';
import { clock, seconds } from '../../shared/clock';
import { cosAuthorizationByApp } from '../../shared/signing/cosRequest';
import { legacyPasswordHash, liteavSig } from '../../shared/signing/liteavSig';
import type { Envelope, Product } from './product';
import { Mismatch } from './step';

/** Someone who is logged in with an app of the second generation. */
export interface V2Person {
  userId: string;
  /** Signs every request. */
  token: string;
  /** What the app logs in to IM and the room service with. */
  userSig: string;
  bucket: v.InferOutput<typeof cosInfo>;
}

const cosInfo = v.object({ Bucket: v.string(), Region: v.string(), Appid: v.number(), SecretId: v.string() });
const granted = v.object({
  token: v.string(),
  refresh_token: v.string(),
  expires: v.number(),
  roomservice_sign: v.object({ sdkAppID: v.number(), userID: v.string(), userSig: v.string() }),
  cos_info: cosInfo,
});

const envelope: Envelope = {
  success: v.pipe(
    v.object({ code: v.literal(200), message: v.string(), data: v.record(v.string(), v.unknown()) }),
    v.transform(({ data }) => ({ data })),
  ),
  described: 'code 200',
  member: 'data',
};

/** POST /register. @throws Mismatch */
export async function registerV2(product: Product, userId: string, password: string): Promise<void> {
  await post(product, 'register', identity(userId, password), v.object({}));
}

/** POST /login. @throws Mismatch */
export async function loginV2(product: Product, userId: string, password: string): Promise<V2Person> {
  const {
    token,
    roomservice_sign: room,
    cos_info: bucket,
  } = await post(product, 'login', identity(userId, password), granted);
  if (room.userID !== userId) throw new Mismatch(`a roomservice_sign of ${userId}`, room.userID);
  return { userId, token, userSig: room.userSig, bucket };
}

/** A method of someone who is logged in, signed over the bytes as Android sends them. @throws Mismatch */
export function askV2<Data extends v.GenericSchema>(
  product: Product,
  { userId, token }: V2Person,
  method: string,
  members: object,
  data: Data,
): Promise<v.InferOutput<Data>> {
  const body = { ...members, userid: userId, timestamp: seconds(clock()), expires: 10 };
  return post(product, method, body, data, (rawBody) => ({ 'Liteav-Sig': liteavSig({ token, rawBody }) }));
}

/**
 * Uploads a picture into the bucket of the login: the app signs the COS request itself, with the key that get_cos_sign
 * gives it for half a minute.
 * @returns the address of the picture
 */
export async function uploadV2(product: Product, person: V2Person, picture: Buffer): Promise<string> {
  const keys = v.object({ signKey: v.string(), keyTime: v.string() });
  const { signKey, keyTime } = await askV2(product, person, 'get_cos_sign', {}, keys);
  const name = `${person.userId}_${clock()}.jpg`;
  const url = new URL(`${bucketUrl(person.bucket)}/${name}`);
  const authorization = cosAuthorizationByApp({
    secretId: person.bucket.SecretId,
    signKey,
    keyTime,
    method: 'PUT',
    pathname: `/${name}`,
    query: {},
    headers: { host: url.host },
  });
  const response = await fetch(url, {
    method: 'PUT',
    headers: { Authorization: authorization, 'Content-Type': 'image/jpeg' },
    body: new Uint8Array(picture),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.ok) return url.href;
  throw new Mismatch(`PUT ${url.href}: HTTP 200`, `HTTP ${response.status} ${await response.text()}`);
}

/** `npm start` has an endpoint in place of a region. */
function bucketUrl({ Bucket, Appid, Region }: V2Person['bucket']): string {
  const bucket = `${Bucket}-${Appid}`;
  return Region.includes('://') ? `${Region}/${bucket}` : `https://${bucket}.cos.${Region}.myqcloud.com`;
}

function identity(userId: string, password: string) {
  return { userid: userId, password: legacyPasswordHash({ password, userId }) };
}

function post<Data extends v.GenericSchema>(
  product: Product,
  method: string,
  members: object,
  data: Data,
  sign: (rawBody: string) => Record<string, string> = () => ({}),
): Promise<v.InferOutput<Data>> {
  // Android's JSON escapes every slash.
  const body = JSON.stringify(members).replaceAll('/', '\\/');
  const headers = { 'Content-Type': 'application/json; charset=utf-8', ...sign(body) };
  return product.send({ what: `v2 ${method}`, path: `/${method}`, headers, body, envelope }, data);
}
