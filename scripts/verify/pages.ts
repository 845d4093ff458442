import * as v from 'valibot';
import { NoAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';
import type { Words } from '../language';
import { glimpse, silenceWords, type Judge, type Prober } from './prober';

const document = v.object({ openapi: v.string(), paths: v.record(v.string(), v.unknown()) });

/** The share page and the description of the API: both may be left out of a deployment. */
export function checkPages(prober: Prober): Promise<Finding[]> {
  return Promise.all([
    page(prober, '/watch/verify_no_such_stream', isHtml(404), {
      en: 'the share page says that there is no such stream (404)',
      zh: '分享页提示没有这路直播（404）',
    }),
    page(prober, '/watch', isHtml(404), {
      en: 'the share links of v1 apps lead to the same page (404 without a user)',
      zh: 'v1 客户端的分享链接通向同一页面（未带用户时 404）',
    }),
    page(prober, '/openapi.json', isOpenapi, {
      en: 'describes the API',
      zh: '提供接口描述',
    }),
    page(prober, '/docs', isHtml(200), { en: 'the readable description is there', zh: '接口文档页可以打开' }),
  ]);
}

async function page(prober: Prober, path: string, judge: Judge, said: Words): Promise<Finding> {
  try {
    const answer = await prober.ask(path);
    const fault = judge(answer);
    if (fault === undefined) return finding('ok', path, said);
    const absent = answer.status === 404 || answer.status === 400 || /"code":400/.test(answer.text);
    return absent
      ? finding('note', path, { en: 'is not part of this deployment', zh: '此部署不包含该页面' })
      : finding('wrong', path, fault);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return finding('wrong', path, silenceWords(error));
  }
}

function isHtml(status: number): Judge {
  return (answer) => {
    const right = answer.status === status && /^text\/html\b/.test(answer.headers['content-type'] ?? '');
    if (right && answer.headers['content-security-policy'] !== undefined) return undefined;
    const seen = glimpse(answer);
    return {
      en: `expected ${status}, HTML with a Content-Security-Policy, got ${seen.en}`,
      zh: `应为 ${status} 且带 Content-Security-Policy 的 HTML，实际为${seen.zh}`,
    };
  };
}

const isOpenapi: Judge = (answer) => {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), document), answer.text);
  if (answer.status === 200 && read.success) return undefined;
  const seen = glimpse(answer);
  return { en: `expected an OpenAPI document, got ${seen.en}`, zh: `应为 OpenAPI 文档，实际为${seen.zh}` };
};
