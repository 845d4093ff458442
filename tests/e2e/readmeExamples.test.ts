import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localSettings } from '../../scripts/local/settings';
import { isRecord } from '../../shared/http/request';
import { freePorts, projectRoot, startProduct, type StartedProduct } from './startedProduct';

const run = promisify(execFile);

/** Documents with examples, each in English and Chinese. */
const documents = [
  { english: 'README.md', chinese: 'README.zh-CN.md', least: 2 },
  { english: 'docs/client.md', chinese: 'docs/client.zh-CN.md', least: 1 },
];

/**
 * The commands of the bash blocks of a document, comments and line continuations taken away: those that call the product
 * with curl, and those that set a variable for them.
 */
function examplesOf(file: string): string[] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  const blocks = [...text.matchAll(/^```(?:bash|sh|shell)\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
  return blocks
    .flatMap((block) => block.replace(/\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => /^[A-Z_]+=\$\(|(^|\| *)curl /.test(line));
}

describe.each(documents)('the examples of $english', ({ english, chinese, least }) => {
  test('are the same in both languages', () => {
    expect(examplesOf(chinese)).toEqual(examplesOf(english));
    expect(examplesOf(english).filter((line) => /\bcurl /.test(line)).length).toBeGreaterThanOrEqual(least);
  });

  test('leave no call out: every curl of the document is in a block that is run', () => {
    const text = readFileSync(join(projectRoot, english), 'utf8');
    expect(
      examplesOf(english)
        .join('\n')
        .match(/\bcurl /g)?.length ?? 0,
    ).toBe(text.match(/\bcurl -/g)?.length ?? 0);
  });
});

describe('the examples, typed as they stand', () => {
  let folder: string;
  let product: StartedProduct;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'examples-'));
    const [port = 0, rtmpPort = 0] = await freePorts(2);
    const places = { PORT: String(port), RTMP_PORT: String(rtmpPort), DATA_DIR: folder };
    product = startProduct(places);
    url = await product.ready;
  }, 90_000);
  afterAll(async () => {
    product.kill('SIGTERM');
    await product.ended;
    rmSync(folder, { recursive: true, force: true });
  }, 20_000);

  test.each(documents)(
    'of $english are answered',
    async ({ english }) => {
      const examples = examplesOf(english);
      const answers = await answersTo(examples);
      for (const { example, output, status } of answers) {
        expect({ example, status, output: successOf(example, output) }).toEqual({
          example,
          status: 0,
          output: 'success',
        });
      }
    },
    60_000,
  );

  /** Types them into one shell, in the folder of the project, with the started product in place of the address they name. */
  async function answersTo(examples: readonly string[]) {
    const lines = examples.flatMap((example) => [
      'echo; echo "@@"',
      example.replace(/https?:\/\/(127\.0\.0\.1:9000|<[^>]*>|[\w.-]*example\.com)/g, url),
      'status=$?; echo; echo "@@ $status"',
    ]);
    const { ADMIN_TOKEN } = localSettings({});
    const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], ADMIN_TOKEN };
    const script = ['set -u', ...lines].join('\n');
    const { stdout } = await run('bash', ['-c', script], {
      cwd: projectRoot,
      env: environment,
      timeout: 50_000,
    });
    const parts = [...stdout.matchAll(/^@@\n([\s\S]*?)\n@@ (\d+)$/gm)];
    return examples.map((example, index) => {
      const [, output = '', status] = parts[index] ?? [];
      return { example, output, status: Number(status) };
    });
  }
});

/** 'success' for what the product says when it has done what it was asked to, else what it said. */
function successOf(example: string, output: string): string {
  if (!/^curl |\| *curl /.test(example)) return output.trim() === '' ? 'success' : output;
  const answer: unknown = readJson(output);
  if (!isRecord(answer)) return /^\s*<!doctype html>/i.test(output) ? 'success' : output;
  return answer['returnValue'] === 0 || answer['status'] === 'ok' || 'openapi' in answer ? 'success' : output;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
