import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { packFiles } from '../../scripts/deploy/functionPackage';
import { readFunctions } from '../../scripts/local/routes';
import { newSettings } from '../deploy/deployment';
import { worldOf, type World } from './calls';
import { measureColdStart } from './coldStart';
import { benchSettings, type BuiltFunction } from './functions';
import type { Section } from './report';

/**
 * Cold starts of what is uploaded, instead of what is built: each zip is unpacked into a folder far from the project, and
 * its function starts with the environment of SCF, in which no published default is accepted.
 * @param sample whose broadcast the calls are about
 */
export async function measureStoredZips(
  root: string,
  functions: readonly BuiltFunction[],
  sample: Pick<World, 'userId' | 'streamId' | 'settings'>,
  how: { node: string; rounds: number },
): Promise<Section> {
  const settings = deployedSettings(sample.settings);
  const described = readFunctions(join(root, 'serverless.yml'), settings);
  const folder = mkdtempSync(join(tmpdir(), 'bench-zips-'));
  try {
    const unpacked = functions.map((fn): BuiltFunction => {
      const { zip } = packFiles(fn.name, {
        'index.js': readFileSync(fn.file),
        LICENSE: readFileSync(join(root, 'LICENSE')),
      });
      const own = join(folder, fn.name);
      mkdirSync(own);
      for (const [name, bytes] of Object.entries(unzipSync(zip))) writeFileSync(join(own, name), bytes);
      const environment = described.find(({ name }) => name === fn.name)?.environment ?? {};
      return {
        ...fn,
        file: join(own, 'index.js'),
        environment: { ...environment, ...environmentOfScf(own) },
      };
    });
    const world = await worldOf(settings, sample.userId, sample.streamId);
    const section = await measureColdStart(root, unpacked, world, how);
    // Measured only: the bounds are those of the bundles, and stand there.
    return { ...section, name: 'cold start of the stored zips', bounds: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Secrets that are no defaults, and the addresses of the benchmark's own stand. */
function deployedSettings(local: Readonly<Record<string, string>>): Record<string, string> {
  const {
    TENCENT_SECRET_ID: _id,
    TENCENT_SECRET_KEY: _key,
    ...settings
  } = newSettings(local['DATABASE_URL'] ?? '');
  const { WECHAT_APPID = '', WECHAT_ENDPOINT = '' } = benchSettings('');
  return { ...settings, WECHAT_APPID, WECHAT_ENDPOINT, WECHAT_SECRET: settings['COS_SECRET_KEY'] ?? '' };
}

function environmentOfScf(folder: string): Record<string, string> {
  return {
    TENCENTCLOUD_RUNENV: 'SCF',
    USER_CODE_ROOT: `${folder}/`,
    SCF_NAMESPACE: 'default',
    LANG: 'en_US.UTF8',
  };
}
