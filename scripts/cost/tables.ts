import { estimate, type Estimate, type Money } from './estimate';
import {
  assumptions,
  databaseSizes,
  hostCalls,
  liveTrafficSteps,
  prices,
  viewerCalls,
  type CallCount,
  type Figure,
  type Language,
  type Text,
} from './figures';

type Row = readonly [Text, (result: Estimate) => string];

/**
 * The tables of docs/deploy: cost, what is needed, calls, assumptions and prices, as Markdown.
 * @param viewers daily viewers, one column each
 */
export function costTables(viewers: readonly number[], language: Language): string {
  const results = viewers.map(estimate);
  const head = [
    at(language, 'Yuan a month, for daily viewers', '每月费用（元），按日活观众数'),
    ...viewers.map(whole),
  ];
  const needs = [
    at(language, 'What is needed, for daily viewers', '所需资源，按日活观众数'),
    ...viewers.map(whole),
  ];
  return [
    table(head, rowsOf(costRows, results, language)),
    table(needs, rowsOf(needRows, results, language)),
    callTable(language),
    figureTable(language, at(language, 'Assumption', '假设'), Object.values(assumptions)),
    figureTable(language, at(language, 'Price', '价格'), [...Object.values(prices), ...steps()]),
  ].join('\n\n');
}

const costRows: readonly Row[] = [
  [text('SCF calls', 'SCF 调用次数'), ({ money }) => yuan(money.scfCalls)],
  [text('SCF memory × time', 'SCF 资源使用量'), ({ money }) => yuan(money.scfCompute)],
  [text('SCF outbound traffic', 'SCF 外网出流量'), ({ money }) => yuan(money.scfTraffic)],
  [text('Logs (CLS)', '日志（CLS）'), ({ money }) => yuan(money.logs)],
  [text('Database', '数据库'), ({ money }) => yuan(money.database)],
  [text('**This backend**', '**本后台合计**'), ({ money }) => `**${yuan(backendCost(money))}**`],
  [text('IM', 'IM'), ({ money }) => yuan(money.im)],
  [text('Live traffic', '直播流量'), ({ money }) => yuan(money.liveTraffic)],
  [text('Recording', '录制'), ({ money }) => yuan(money.recording)],
  [text('VOD: recordings and replays', '云点播：录制文件与回放'), ({ money }) => optionalYuan(money.vod)],
  [text('**Together**', '**总计**'), ({ money }) => `**${together(money)}**`],
];

const needRows: readonly Row[] = [
  [text('Host sessions a day', '每天直播场次'), ({ hostSessionsPerDay }) => whole(hostSessionsPerDay)],
  [text('Calls a month', '每月调用次数'), ({ callsPerMonth }) => whole(callsPerMonth)],
  [text('GBs a month', '每月 GBs'), ({ gbSeconds }) => whole(gbSeconds)],
  [text('Answers, GB a month', '每月应答流量（GB）'), ({ answersGb }) => short(answersGb)],
  [text('Logs, GB a month', '每月日志（GB）'), ({ logsGb }) => short(logsGb)],
  [text('Calls a second at the peak', '高峰每秒调用'), ({ callsAtPeak }) => short(callsAtPeak)],
  [text('Instances = connections', '实例数 = 数据库连接数'), ({ instances }) => whole(instances)],
  [
    text('Concurrency, MB (a region has 128,000)', '并发配额（MB，每地域 128,000）'),
    ({ instancesMb }) => whole(instancesMb),
  ],
  [
    text('Statements a second at the peak', '高峰每秒语句'),
    ({ statementsAtPeak }) => short(statementsAtPeak),
  ],
  [
    text('Database, memory and disk', '数据库内存与硬盘'),
    ({ databaseMb, databaseGb }) => `${whole(databaseMb)} MB, ${databaseGb} GB`,
  ],
  [text('Live traffic, GB a day', '每天直播流量（GB）'), ({ liveGbPerDay }) => whole(liveGbPerDay)],
  [
    text('Channels recorded at the peak', '录制峰值路数'),
    ({ recordingChannels }) => whole(recordingChannels),
  ],
];

function rowsOf(rows: readonly Row[], results: readonly Estimate[], language: Language): string[][] {
  return rows.map(([name, value]) => [name[language], ...results.map(value)]);
}

/** What is paid for functions, their logs and their database, and for nothing else. */
export function backendCost({ scfCalls, scfCompute, scfTraffic, logs, database }: Money): number {
  return scfCalls + scfCompute + scfTraffic + logs + database;
}

function together(money: Money): string {
  const { im, liveTraffic, recording, vod } = money;
  const sum = backendCost(money) + im + liveTraffic + recording + (vod ?? 0);
  return vod === undefined ? `${yuan(sum)} + ?` : yuan(sum);
}

function callTable(language: Language): string {
  const rows = (who: Text, counts: readonly CallCount[]) => [
    ...counts.map(({ call, times, statements, why }) => [
      who[language],
      `\`${call}\``,
      short(times),
      whole(statements),
      why[language],
    ]),
    [who[language], at(language, '**together**', '**合计**'), `**${short(total(counts))}**`, '', ''],
  ];
  return table(
    [
      at(language, 'Who', '谁'),
      at(language, 'Call', '调用'),
      at(language, 'Times', '次数'),
      at(language, 'Statements each', '每次语句数'),
      at(language, 'When', '何时'),
    ],
    [
      ...rows(text('viewer, a day', '观众，每天'), viewerCalls),
      ...rows(text('host, a session', '主播，每场'), hostCalls),
    ],
  );
}

function figureTable(language: Language, title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, source }) => [
    name[language],
    value === undefined ? '?' : value.toLocaleString('en-US', { maximumFractionDigits: 8 }),
    unit[language],
    source[language],
  ]);
  return table(
    [title, at(language, 'Value', '数值'), at(language, 'Unit', '单位'), at(language, 'From', '来源')],
    rows,
  );
}

function steps(): Figure[] {
  const live = liveTrafficSteps.steps.map(({ fromGb, yuanPerGb }) => ({
    value: yuanPerGb,
    unit: text('yuan per GB', '元/GB'),
    name: text(`Live traffic, days from ${whole(fromGb)} GB`, `直播流量，当天达到 ${whole(fromGb)} GB`),
    source: liveTrafficSteps.source,
  }));
  const databases = databaseSizes.map(({ memoryMb, yuanPerMonth, queriesPerSecond }) => ({
    value: yuanPerMonth,
    unit: text('yuan a month', '元/月'),
    name: text(`MySQL, two nodes, ${whole(memoryMb)} MB`, `云数据库 MySQL 双节点 ${whole(memoryMb)} MB`),
    source: text(
      `the list of the database storage; ${whole(queriesPerSecond)} queries a second`,
      `同数据库存储空间的价目；每秒 ${whole(queriesPerSecond)} 次查询`,
    ),
  }));
  return [...live, ...databases];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function total(counts: readonly CallCount[]): number {
  return counts.reduce((sum, { times }) => sum + times, 0);
}

function text(en: string, zh: string): Text {
  return { en, zh };
}

function at(language: Language, en: string, zh: string): string {
  return { en, zh }[language];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Small numbers keep a digit behind the point. */
function short(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function yuan(value: number): string {
  return short(value);
}

function optionalYuan(value: number | undefined): string {
  return value === undefined ? '?' : yuan(value);
}
