import { Secret } from '../../shared/secret';
import { isRecord } from '../../shared/http/request';
import { callbackSign } from '../../shared/signing/callbackSign';
import { signToken } from '../../shared/token';
import type { Ask, Reply } from '../backend';
import type { Emulator } from './emulator/startEmulator';

/** The product as somebody on the internet meets it, at one address. */
export interface DeployedProduct {
  /** Asks a path; without a method it is a POST of JSON. `as` sends the access token of that user. */
  ask(path: string, ask?: Omit<Ask, 'path' | 'operator'>): Promise<Reply>;
  /** Sends a notice of the live service, signed. */
  notify(notice: Record<string, unknown>): Promise<Reply>;
}

/** @param address e.g. `https://live.example.com` */
export function deployedProduct(
  emulator: Emulator,
  address: string,
  settings: Readonly<Record<string, string>>,
): DeployedProduct {
  const tokenOf = (userId: string): Promise<string> =>
    signToken({
      secret: new Secret(settings['TOKEN_SECRET'] ?? ''),
      userId,
      now: Date.now(),
      ttlSeconds: 600,
    });

  const product: DeployedProduct = {
    async ask(path, { method = 'POST', body = {}, query = {}, headers = {}, as } = {}) {
      const search = new URLSearchParams(query).toString();
      const {
        status,
        headers: sent,
        text,
      } = await emulator.request(`${address}${path}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(as === undefined ? {} : { authorization: `Bearer ${await tokenOf(as)}` }),
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const parsed: unknown = sent['content-type']?.includes('json') === true ? JSON.parse(text) : {};
      const object = isRecord(parsed) ? parsed : {};
      const { returnData } = object;
      return { status, headers: sent, body: object, data: isRecord(returnData) ? returnData : {}, text };
    },
    notify(notice) {
      const t = Math.floor(Date.now() / 1000) + 600;
      const sign = callbackSign({ key: settings['LIVE_CALLBACK_KEY'] ?? '', t });
      return product.ask('/liveCallback', { body: { ...notice, t, sign } });
    },
  };
  return product;
}
