import { finding, type Finding } from '../findings';
import type { Words } from '../language';
import type { Heard } from './prober';

/**
 * What every answer of ours has in common, over all that were heard: nothing may keep one (an old app's cache is keyed by
 * the address alone, and would answer every action from one body), each says what it is, and none holds a secret.
 * @param secrets values of the settings that nobody may see
 */
export function checkHeaders(heard: readonly Heard[], secrets: readonly string[]): Finding[] {
  const ours = heard.filter(
    ({ method, path }) => method !== 'OPTIONS' && !/^\/(watch|docs|openapi)/.test(path),
  );
  return [
    over(
      ours,
      'Cache-Control',
      ({ answer: { headers } }) => {
        const control = headers['cache-control'] ?? '';
        return /\bno-store\b/.test(control) && headers.etag === undefined && headers.expires === undefined;
      },
      {
        en: 'every answer says no-store and has no ETag or Expires',
        zh: '每个应答都带 no-store，且没有 ETag 与 Expires',
      },
      {
        en: 'expected Cache-Control: no-store and neither ETag nor Expires (old Android apps answer every action from their cache); something in front adds or removes headers',
        zh: '应为 Cache-Control: no-store，且没有 ETag 与 Expires（否则老版本 Android App 会用缓存应答所有请求）；前面有代理改动了响应头',
      },
    ),
    over(
      ours,
      'Content-Type',
      ({ answer: { headers } }) => /^application\/json; ?charset=utf-8$/i.test(headers['content-type'] ?? ''),
      {
        en: 'every answer is application/json; charset=utf-8',
        zh: '每个应答都是 application/json; charset=utf-8',
      },
      {
        en: 'expected application/json; charset=utf-8',
        zh: '应为 application/json; charset=utf-8',
      },
    ),
    over(
      heard,
      'secrets',
      ({ answer: { headers, text } }) => {
        const whole = `${text}\n${JSON.stringify(headers)}`;
        return !secrets.some((secret) => whole.includes(secret));
      },
      {
        en: `none of the settings' secrets stands in any of ${heard.length} answers`,
        zh: `${heard.length} 个应答中没有出现任何密钥`,
      },
      {
        en: 'an answer holds a secret of the settings: take the deployment off and change that secret',
        zh: '应答中出现了设置里的密钥：请立即下线并更换该密钥',
      },
    ),
  ];
}

function over(
  heard: readonly Heard[],
  subject: string,
  isRight: (one: Heard) => boolean,
  right: Words,
  wrong: Words,
): Finding {
  const faults = heard
    .filter((one) => !isRight(one))
    .map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
  if (faults.length === 0) return finding('ok', subject, right);
  const some = [...new Set(faults)].slice(0, 3).join(', ');
  return finding('wrong', subject, { en: `${some}: ${wrong.en}`, zh: `${some}：${wrong.zh}` });
}
