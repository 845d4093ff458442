import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clock } from '../shared/clock';
import { deployEnvironment, parseDotenv } from './deploy/dotenv';
import { makeMask } from './deploy/mask';
import { readStage } from './deploy/service';
import { examine } from './doctor/examine';
import { neededPolicies, type Policy } from './doctor/policies';
import { reportJson, sectionText, summaryText, worstOf, type Section } from './findings';
import { languageOf, type Language, type Words } from './language';
import { judge, knownNames } from './settingCheck';
import type { KnownName } from './settingGuide';

type Environment = Record<string, string | undefined>;

const usage = `npm run doctor [-- OPTIONS]   looks at .env, the environment and the cloud account; changes nothing
  --offline    settings only, no calls
  --policies   prints the CAM policies that are needed, ready to paste
  --stage NAME of which the policies are (that of serverless.yml unless given)
  --json       for machines
  --lang LANG  en or zh (from LANG unless given)`;

const noFile: Words = {
  en: 'There is no .env here: npm run setup asks for everything and writes it.',
  zh: '这里没有 .env：npm run setup 会逐项询问并写入。',
};

/** Milliseconds for one call to a cloud service. */
const limitMs = 5_000;

/** `npm run doctor`: exit code 0 when nothing is wrong, warnings allowed; 1 otherwise. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      offline: { type: 'boolean', default: false },
      policies: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      lang: { type: 'string' },
      stage: { type: 'string' },
    },
  });
  if (values.help) return console.log(usage);
  const root = process.cwd();
  const environment = deployEnvironment(root, process.env);
  const language = languageOf(values.lang, environment);
  const print = printer(environment);
  const policies = policiesFor(root, environment, values.stage);
  if (values.policies)
    return print(values.json ? JSON.stringify(policies, null, 2) : policyText(policies, language));

  const sections = await examine({
    root,
    environment,
    inFile: namesInFile(join(root, '.env')),
    now: clock(),
    random: randomBytes(4).readUInt32BE(),
    limitMs,
    offline: values.offline,
  });
  if (values.json) print(reportJson(sections, language, { policies }));
  else print(reportText(sections, policies, language));
  if (!values.json && !existsSync(join(root, '.env'))) print(noFile[language]);
  if (worstOf(sections) === 'wrong') process.exitCode = 1;
}

function reportText(sections: readonly Section[], policies: readonly Policy[], language: Language): string {
  const worst = worstOf(sections);
  const verdict: Words = {
    en:
      worst === 'wrong' ? 'Mend what is wrong, then run npm run doctor again.' : 'Ready for: npx sls deploy',
    zh: worst === 'wrong' ? '请先改正错误，再运行 npm run doctor。' : '可以部署：npx sls deploy',
  };
  return [
    ...sections.map((section) => sectionText(section, language)),
    ...(lacksRights(sections) ? [policyText(policies, language), ''] : []),
    summaryText(sections, language),
    verdict[language],
  ].join('\n');
}

/** Where a finding sends the reader to the policies, they are printed at once. */
function lacksRights(sections: readonly Section[]): boolean {
  return sections.some(({ findings }) => findings.some(({ said }) => said.en.includes('--policies')));
}

function policyText(policies: readonly Policy[], language: Language): string {
  const title = {
    en: 'Policies to paste at https://console.cloud.tencent.com/cam/policy (create, by policy syntax, blank template):',
    zh: '需要的策略，粘贴到 https://console.cloud.tencent.com/cam/policy（新建自定义策略 → 按策略语法 → 空白模板）：',
  };
  const parts = policies.map(
    ({ holder, document }) => `${holder[language]}\n${JSON.stringify(document, null, 2)}`,
  );
  return [title[language], ...parts].join('\n\n');
}

function policiesFor(root: string, environment: Environment, stage: string | undefined): Policy[] {
  const usable = (name: KnownName): string | undefined => {
    const { fault, given } = judge(environment, name);
    return fault === undefined && given ? environment[name]?.trim() : undefined;
  };
  const [appId, bucket, cosRegion] = [usable('COS_APPID'), usable('COS_BUCKET'), usable('COS_REGION')];
  return neededPolicies({
    region: usable('TENCENT_REGION') ?? 'ap-guangzhou',
    namespace: usable('SCF_NAMESPACE') ?? 'default',
    functionPrefix: readStage({ root, environment, stage }).prefix,
    role: usable('EXECUTION_ROLE'),
    bucket: bucket !== undefined && appId !== undefined ? `${bucket}-${appId}` : undefined,
    bucketRegion: cosRegion ?? '*',
    appId,
    vodAppId: usable('VOD_SUB_APPID') ?? appId,
  });
}

function namesInFile(file: string): string[] {
  return existsSync(file) ? Object.keys(parseDotenv(readFileSync(file, 'utf8'))) : [];
}

/** Prints with every secret of the settings masked, whoever put it into the text. */
function printer(environment: Environment): (text: string) => void {
  const mask = makeMask(environment, knownNames);
  return (text) => console.log(mask(text));
}

main().catch((error: unknown) => {
  console.error(`doctor: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
