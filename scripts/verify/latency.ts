import { finding, type Finding } from '../findings';
import { NoAnswer } from '../askHttp';
import { silenceWords, type Heard, type Prober } from './prober';

/** An Android app of the first generation gives up after 10 s and sends the request again. */
const patienceMs = 10_000;

/** Each is asked so often once it is warm. */
const rounds = 5;

/**
 * How long the first answer of each path took: those of a deployment that has just been made are cold starts.
 * @param heard everything so far, in order
 */
export function firstAnswers(heard: readonly Heard[]): Finding {
  const first = new Map<string, number>();
  for (const { path, answer } of heard) {
    const name = path.replace(/\?.*/, '');
    if (!first.has(name)) first.set(name, answer.milliseconds);
  }
  const [slowest = ['', 0]] = [...first].sort(([, a], [, b]) => b - a);
  const times = { slowest: Math.round(slowest[1]), median: Math.round(median([...first.values()])) };
  const slow = slowest[1] > patienceMs;
  return finding(slow ? 'warning' : 'ok', 'cold', {
    en: `first answers of ${first.size} paths: median ${times.median} ms, slowest ${times.slowest} ms (${slowest[0]})${slow ? '; above 10 s old apps send again: more memory, or provisioned concurrency' : ''}`,
    zh: `${first.size} 个路径的首次应答：中位数 ${times.median} 毫秒，最慢 ${times.slowest} 毫秒（${slowest[0]}）${slow ? '；超过 10 秒旧客户端会重发：请加大内存或使用预置并发' : ''}`,
  });
}

/** The median of a few answers, one after the other, of a path that signs nothing and of one that asks the database. */
export async function warmAnswers(prober: Prober): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const path of ['/interface.php', '/getLiveList']) {
    try {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) times.push((await prober.ask(path)).milliseconds);
      const time = median(times).toFixed(median(times) < 10 ? 1 : 0);
      found.push(
        finding('ok', 'warm', {
          en: `GET ${path}: ${time} ms (median of ${rounds}, from here)`,
          zh: `GET ${path}：${time} 毫秒（${rounds} 次的中位数，从本机测得）`,
        }),
      );
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      found.push(finding('wrong', 'warm', silenceWords(error)));
    }
  }
  return found;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
