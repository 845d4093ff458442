import * as v from 'valibot';
import { callbackSign } from '../../../shared/signing/callbackSign';
import { cosV4SignOriginal } from '../../../shared/signing/cosLegacy';
import { signCosPolicy } from '../../../shared/signing/cosPostPolicy';
import {
  cosAuthorization,
  cosHttpString,
  cosSignature,
  cosSignKey,
  presignedUrl,
} from '../../../shared/signing/cosRequest';
import { digest } from '../../../shared/signing/digest';
import { imWebhookSign } from '../../../shared/signing/imWebhook';
import { legacyPasswordHash, liteavSig, roomserviceSign } from '../../../shared/signing/liteavSig';
import { legacyPlayUrls, linkMicPlayUrl, playUrls } from '../../../shared/signing/playUrl';
import { privateMapKey } from '../../../shared/signing/privateMapKey';
import { psign } from '../../../shared/signing/psign';
import { legacyPushUrl, pushUrls } from '../../../shared/signing/pushUrl';
import { stsPolicy } from '../../../shared/signing/stsPolicy';
import { tc3Authorization, tcV1Signature } from '../../../shared/signing/tc3';
import { txSecret, txTime } from '../../../shared/signing/txSecret';
import { makeUserSig } from '../../../shared/signing/userSig';
import { vodHotlinkSign } from '../../../shared/signing/vodHotlink';
import { vodUploadSignature } from '../../../shared/signing/vodUpload';
import { unpacked } from './unpacked';
import { vectors, type Vector } from './vectors';

const text = v.string();
const whole = v.number();
const fields = v.record(v.string(), v.union([v.string(), v.number()]));
const texts = v.record(v.string(), v.string());

/** Reads the named inputs of a vector with their types. */
function read<const T extends v.ObjectEntries>(inputs: Vector['inputs'], entries: T) {
  return v.parse(v.object(entries), inputs);
}

const signedTime = { key: text, streamName: text, txTime: text, txTimeUnix: v.optional(whole) };
const cosIds = { secretId: text, secretKey: text, keyTime: text };
const userSigInputs = { sdkAppId: whole, key: text, userId: text, now: whole, expire: whole };

/** What the library makes of a vector's inputs, in the shape of the vector's expected value. */
const results: Record<string, (inputs: Vector['inputs']) => unknown> = {
  'live.txSecret.md5': (inputs) => {
    const { txTimeUnix, ...given } = read(inputs, signedTime);
    if (txTimeUnix !== undefined) expect(txTime(txTimeUnix)).toBe(given.txTime.toLowerCase());
    return txSecret(given);
  },
  'live.txSecret.sha256': (inputs) => {
    const { key, streamName, txTime } = read(inputs, signedTime);
    return txSecret({ key, streamName, txTime, algorithm: 'sha256' });
  },
  'live.pushUrl': (inputs) => {
    const { now, ttlSeconds, pushDomain, scheme, txTime, extra, ...stream } = read(inputs, {
      scheme: v.literal('webrtc'),
      pushDomain: text,
      appName: text,
      streamName: text,
      key: text,
      now: whole,
      ttlSeconds: whole,
      txTime: text,
      extra: texts,
    });
    const urls = pushUrls({ ...stream, domain: pushDomain, expiresAt: now + ttlSeconds, params: extra });
    expect(urls.txTime).toBe(txTime);
    return urls[scheme];
  },
  'live.pushUrl.srt': (inputs) => {
    const { pushDomain, txTime, ...stream } = read(inputs, {
      pushDomain: text,
      appName: text,
      streamName: text,
      key: text,
      txTime: text,
    });
    return pushUrls({ ...stream, domain: pushDomain, expiresAt: parseInt(txTime, 16) }).srt;
  },
  'live.pushUrl.legacy': (inputs) => {
    const { bizId, userId, key, now, ttlSeconds, recordFormats, recordInterval } = read(inputs, {
      bizId: text,
      userId: text,
      key: text,
      now: whole,
      ttlSeconds: whole,
      recordFormats: text,
      recordInterval: whole,
    });
    return legacyPushUrl({
      bizId,
      streamName: `${bizId}_${userId}`,
      key,
      expiresAt: now + ttlSeconds,
      record: recordFormats,
      recordInterval,
    });
  },
  'live.playUrls.legacy': (inputs) => legacyPlayUrls(read(inputs, { bizId: text, streamName: text })),
  'live.playUrls': (inputs) => {
    const { playDomain, appName, streamName, playKey, txTimeUnix } = read(inputs, {
      playDomain: text,
      appName: text,
      streamName: text,
      playKey: text,
      txTimeUnix: whole,
    });
    const origins = {
      rtmp: `rtmp://${playDomain}`,
      http: `https://${playDomain}`,
      webrtc: `webrtc://${playDomain}`,
    };
    return playUrls({ origins, appName, streamName, key: playKey, startsAt: txTimeUnix });
  },
  'live.playUrl.linkmic': (inputs) => {
    const { bizId, streamName, pushKey, txTime } = read(inputs, {
      bizId: text,
      streamName: text,
      pushKey: text,
      txTime: text,
    });
    const originUrl = legacyPlayUrls({ bizId, streamName }).rtmp;
    return linkMicPlayUrl({ originUrl, key: pushKey, txTime, bizId });
  },
  'live.callbackSign': (inputs) => callbackSign(read(inputs, { key: text, t: whole })),
  'vod.hotlink': (inputs) =>
    vodHotlinkSign(read(inputs, { key: text, dir: text, t: text, us: text, exper: v.optional(v.string()) })),
  'vod.psign': (inputs) => {
    const { key, payloadJson } = read(inputs, { key: text, payloadJson: text });
    const Payload = v.looseObject({
      appId: whole,
      fileId: text,
      currentTimeStamp: whole,
      expireTimeStamp: whole,
      urlAccessInfo: fields,
    });
    const payload: unknown = JSON.parse(payloadJson);
    v.assert(Payload, payload); // not parse, which would change the order of the claims
    return psign({ key, payload });
  },
  'cos.v5.authorization': (inputs) => {
    const { signedHeaders, intermediate, ...given } = read(inputs, {
      ...cosIds,
      method: text,
      pathname: text,
      query: fields,
      signedHeaders: fields,
      intermediate: v.optional(v.object({ signKey: text, sha1HttpString: text, signature: text })),
    });
    const request = { ...given, headers: signedHeaders };
    if (intermediate !== undefined) {
      expect(cosSignKey(given)).toBe(intermediate.signKey);
      expect(digest('sha1', cosHttpString(request))).toBe(intermediate.sha1HttpString);
    }
    return cosAuthorization(request);
  },
  'cos.v5.signatureFromHttpString': (inputs) => {
    const given = read(inputs, { secretKey: text, keyTime: text, httpString: text, signKey: text });
    expect(cosSignKey(given)).toBe(given.signKey);
    return cosSignature(given);
  },
  'cos.v5.signKey': (inputs) => cosSignKey(read(inputs, { secretKey: text, keyTime: text })),
  'cos.v5.presignedUrl.sdkSync': (inputs) => {
    const { signedHeaders, ...given } = read(inputs, {
      ...cosIds,
      method: text,
      key: text,
      signedHeaders: v.object({ Host: v.string() }),
    });
    return presignedUrl({ ...given, host: signedHeaders.Host });
  },
  'cos.postPolicy': (inputs) => {
    const given = read(inputs, { ...cosIds, policyText: text });
    const { policy, signature } = signCosPolicy(given);
    return {
      policyBase64: policy,
      signKey: cosSignKey(given),
      stringToSign: digest('sha1', given.policyText),
      signature,
    };
  },
  'cos.v4.sign': (inputs) => cosV4SignOriginal(read(inputs, { secretKey: text, original: text })),
  'tencentcloud.tc3': (inputs) => {
    const { signedHeaders, ...given } = read(inputs, {
      secretId: text,
      secretKey: text,
      service: text,
      timestamp: whole,
      method: v.picklist(['GET', 'POST']),
      path: v.literal('/'),
      query: text,
      signedHeaders: texts,
      payload: text,
    });
    return tc3Authorization({ ...given, headers: signedHeaders });
  },
  'tencentcloud.v1': (inputs) => {
    const { secretKey, signStr } = read(inputs, {
      secretKey: text,
      signStr: text,
      signMethod: v.literal('HmacSHA1'),
    });
    return tcV1Signature({ secretKey, text: signStr });
  },
  'im.webhookSign': (inputs) => imWebhookSign(read(inputs, { token: text, requestTime: text })),
  'im.userSig.v2': (inputs) => makeUserSig(read(inputs, userSigInputs)),
  'im.privateMapKey.v2': (inputs) => {
    const { roomId, roomStr, privilegeMap, ...given } = read(inputs, {
      ...userSigInputs,
      roomId: v.optional(v.number()),
      roomStr: v.optional(v.string()),
      privilegeMap: whole,
    });
    return privateMapKey({ ...given, room: roomStr ?? roomId ?? NaN, privileges: privilegeMap });
  },
  'legacy.liteavSig': (inputs) => liteavSig(read(inputs, { token: text, rawBody: text })),
  'legacy.passwordHash': (inputs) => legacyPasswordHash(read(inputs, { password: text, userId: text })),
  'legacy.roomserviceSign': (inputs) =>
    roomserviceSign(read(inputs, { apiKey: text, txTime: text, userId: text })),
  'vod.uploadSignature': (inputs) => {
    const params = v.object({
      secretId: text,
      currentTimeStamp: whole,
      expireTime: whole,
      procedure: v.exactOptional(v.string()),
      random: whole,
    });
    return vodUploadSignature(read(inputs, { secretKey: text, params }));
  },
  'sts.policy.recommended': (inputs) =>
    stsPolicy(read(inputs, { appId: text, bucket: text, region: text, prefix: text })),
};

/** What an official helper package makes and this library deliberately does not; see its own test below. */
const NOT_EMITTED = 'sts.policy';

/** Compared unpacked, as the vectors themselves ask for. */
const PACKED = new Set(['im.userSig.v2', 'im.privateMapKey.v2']);

const produced = vectors.filter(({ algorithm }) => algorithm !== NOT_EMITTED);

describe('every vector comes out of the function that signs it', () => {
  test.each(produced.map((vector) => ({ ...vector, vector })))('[$origin] $name', ({ vector }) => {
    const result = results[vector.algorithm]?.(vector.inputs);
    if (!PACKED.has(vector.algorithm)) return expect(result).toEqual(vector.expected);
    const [ours, theirs] = [result, vector.expected].map((userSig) => unpacked(v.parse(text, userSig)));
    expect(ours).toBe(theirs);
    expect(ours).toBe(vector.inputs.inflatedJson);
  });
});

describe('the table is complete', () => {
  it('has all 61 vectors, each once', () => {
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(61);
    expect(vectors).toHaveLength(61);
  });

  it('has a function for every algorithm, and no function without a vector', () => {
    const algorithms = new Set(vectors.map(({ algorithm }) => algorithm));
    expect(new Set([...Object.keys(results), NOT_EMITTED])).toEqual(algorithms);
  });

  it('leaves out exactly one vector, the policy form of the helper package', () => {
    const left = vectors.filter((vector) => !produced.includes(vector));
    expect(left.map(({ name }) => name)).toEqual(['sts_policy_cos_sts_helper']);
  });
});

describe('[generated-by-official-package] sts_policy_cos_sts_helper', () => {
  const Helper = v.object({
    statement: v.tuple([v.object({ principal: v.object({ qcs: v.literal('*') }), resource: text })]),
  });
  const helper = v.parse(Helper, vectors.find(({ algorithm }) => algorithm === NOT_EMITTED)?.expected);

  it('is a form we do not emit: ours has no principal and the documented resource', () => {
    const ours = stsPolicy({
      appId: '1250000000',
      bucket: 'examplebucket-1250000000',
      region: 'ap-guangzhou',
      prefix: 'avatar/user1/',
    });
    expect(ours.statement).toHaveLength(1);
    expect(ours.statement[0]).not.toHaveProperty('principal');
    expect(helper.statement[0].resource).toContain(':prefix//');
    expect(ours.statement[0]?.resource).not.toContain(helper.statement[0].resource);
    expect(JSON.stringify(ours)).not.toContain('prefix//');
  });
});
