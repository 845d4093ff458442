import { NoAnswer, type HttpAnswer } from '../askHttp';
import { finding, type Finding } from '../findings';
import { glimpse, silenceWords, type Prober } from './prober';

/** The answer that the integration guide's deployment check expects, to the byte. */
export const deploymentCheck = '{"returnValue":4001,"returnMsg":"json format error","returnData":[]}';

/**
 * The deployment check of the integration guide: an empty POST, and a GET as a browser sends it, to /interface.php.
 * @returns `reached` false when there is no use in asking further
 */
export async function checkReach(prober: Prober): Promise<{ findings: Finding[]; reached: boolean }> {
  try {
    const post = await prober.ask('/interface.php', { method: 'POST', body: '' });
    const fault = faultOf(post);
    if (fault !== undefined) return { findings: [fault], reached: false };
    const get = faultOf(await prober.ask('/interface.php'));
    return {
      findings: [
        finding('ok', 'POST /interface.php', {
          en: 'an empty body gives 4001 "json format error", as the integration guide expects',
          zh: '空请求体返回 4001 “json format error”，与接入指南一致',
        }),
        get ??
          finding('ok', 'GET /interface.php', {
            en: 'gives the same in a browser',
            zh: '在浏览器中打开结果相同',
          }),
      ],
      reached: true,
    };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { findings: [finding('wrong', 'POST /interface.php', silenceWords(error))], reached: false };
  }
}

function faultOf(answer: HttpAnswer): Finding | undefined {
  const { status, headers, text } = answer;
  if (status === 200 && text === deploymentCheck) return undefined;
  const seen = glimpse(answer);
  if (status >= 300 && status < 400)
    return finding('wrong', 'POST /interface.php', {
      en: `is redirected to ${headers.location ?? 'nowhere'}: apps do not follow; give them the final address`,
      zh: `被重定向到 ${headers.location ?? '未知地址'}：客户端不会跟随，请直接使用最终地址`,
    });
  const isHtml = /html/i.test(headers['content-type'] ?? '') || /^\s*</.test(text);
  return finding('wrong', 'POST /interface.php', {
    en: `expected 200 and exactly ${deploymentCheck}, got ${seen.en}${isHtml ? '; a web page: does another server answer at this address?' : ''}`,
    zh: `应为 200 与 ${deploymentCheck}，实际为${seen.zh}${isHtml ? '；这是网页：该地址是不是别的服务器？' : ''}`,
  });
}
