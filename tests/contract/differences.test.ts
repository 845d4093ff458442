import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalAnswer, type Telling } from './canonicalAnswer';
import { compareAnswers } from './compareAnswers';
import { differences, namesOf } from './differences';
import { scenarios, type Step } from './transcripts';

const now = 1_795_361_966;

const telling: Telling = {
  streamOf: (id) => (id === '8888_host1' ? id : 'unknown'),
  recordingEnd: () => undefined,
  isRecent: (seconds) => Math.abs(seconds - now) < 100,
  answeredAt: (timestamp) => timestamp,
};

const told = (body: unknown) => canonicalAnswer(body, telling);
const wheres = (original: unknown, ours: unknown) =>
  compareAnswers(told(original), told(ours)).map(({ where }) => where);

/** A recorded answer, and the same with one thing changed in its text. */
function recorded(
  name: string,
  index: number,
): { body: unknown; changed(from: string, to: string): unknown } {
  const scenario = scenarios.find((one) => one.name.startsWith(name));
  const body = scenario?.steps[index]?.response.body;
  const text = JSON.stringify(body);
  return {
    body,
    changed: (from, to) => {
      expect(text).toContain(from);
      return JSON.parse(text.replace(from, to)) as unknown;
    },
  };
}

describe('the comparison', () => {
  const pushUrl = recorded('1 end', 6);
  const list = recorded('1 end', 20);
  const members = recorded('1 end', 16);
  const cos = recorded('1 end', 4);
  const cosV2 = recorded('1 end', 5);
  const vod = recorded('1 end', 45);

  test('finds an answer like itself', () => {
    for (const { body } of [pushUrl, list, members, cos, cosV2, vod]) expect(wheres(body, body)).toEqual([]);
  });

  test.each([
    ['another code', '"returnValue":0', '"returnValue":1', 'returnValue'],
    ['another host', '8888.livepush', '8888.livepush2', 'returnData.pushurl.host'],
    ['another path', '/live/8888', '/app/8888', 'returnData.pushurl'],
    ['a stream nobody asked for', '8888_host1', '8888_host2', 'returnData.pushurl.stream.of'],
    ['a wrong signature', 'txSecret=d8ff', 'txSecret=d8fe', 'returnData.pushurl.query.txSecret'],
    ['a parameter less', 'bizid=8888&', '', 'returnData.pushurl.parameters.length'],
    ['a time in milliseconds', '1795361966', '1795361966000', 'returnData.timestamp'],
    ['a member less', '"timestamp"', '"time"', 'returnData.timestamp'],
  ])('sees %s in a push URL', (_what, from, to, where) => {
    expect(wheres(pushUrl.body, pushUrl.changed(from, to))).toContain(where);
  });

  test.each([
    ['another total', '"totalcount":"1"', '"totalcount":"2"', 'returnData.totalcount.value'],
    ['a total of another type', '"totalcount":"1"', '"totalcount":1', 'returnData.totalcount.type'],
    ['another count', '"viewercount":2', '"viewercount":3', 'returnData.pusherlist[].viewercount'],
    ['another user', '"userid":"host1"', '"userid":"host2"', 'returnData.pusherlist[].userid'],
    [
      'a userinfo that is a list',
      /"userinfo":\{[^}]*\}/,
      '"userinfo":[]',
      'returnData.pusherlist[].userinfo',
    ],
    ['an item less', /"pusherlist":\[.*\]/, '"pusherlist":[]', 'returnData.pusherlist.length'],
  ])('sees %s in a list', (_what, from, to, where) => {
    const changed: unknown = JSON.parse(JSON.stringify(list.body).replace(from, to));
    expect(wheres(list.body, changed)).toEqual([where]);
  });

  test('sees a member less, and another one in its place', () => {
    expect(wheres(members.body, members.changed('"userid":"viewer2"', '"userid":"viewer3"'))).toEqual([
      'returnData.memberlist[].userid',
    ]);
  });

  test('sees signatures made with another key, for another time, or for another bucket', () => {
    const sealedAgain = (text: string) => Buffer.from(`${'x'.repeat(20)}${text}`).toString('base64');
    const sign = (text: string) => ({
      returnValue: 0,
      returnMsg: 'return successfully!',
      returnData: { sign: text },
    });
    const covered = `a=1251000000&b=bkt&k=sid&e=${now + 30}&t=${now}&r=1&f=`;
    expect(wheres(cos.body, sign(sealedAgain(covered)))).toEqual(['returnData.sign.valid']);
    expect(wheres(cos.body, sign(sealedAgain(covered.replace('b=bkt', 'b=tkb'))))).toContain(
      'returnData.sign.values.b',
    );
    expect(wheres(cos.body, sign(sealedAgain(covered.replace(`t=${now}`, 't=5'))))).toContain(
      'returnData.sign.values.t',
    );
    expect(wheres(cosV2.body, cosV2.changed('"signKey":"d01e', '"signKey":"d01f'))).toEqual([
      'returnData.signKey',
    ]);
    expect(wheres(vod.body, vod.changed('"signature":"/tSE', '"signature":"/tSF'))).toEqual([
      'returnData.signature.valid',
    ]);
  });

  test('sees which member a refusal is about', () => {
    const refusal = (returnMsg: string) => ({ returnValue: 1000, returnMsg, returnData: [] });
    const base = 'invalid param in json from client!';
    const about = refusal(`${base} | userid is null or empty!`);
    expect(wheres(about, refusal(`${base} | userid is not a user id!`))).toEqual([]);
    expect(wheres(about, refusal(`${base} | groupid is null or empty!`))).toEqual(['returnMsg']);
    expect(wheres(about, refusal(''))).toEqual(['returnMsg']);
  });
});

describe('the list of differences', () => {
  const step = (action: string): Step => ({
    scenario: 's',
    index: 0,
    action,
    path: '/interface.php',
    method: 'POST',
    contentType: 'application/json',
    request: {},
    response: { status: 200, body: {} },
    note: '',
  });

  test('names what it is about and nothing else', () => {
    const total = { where: 'returnData.totalcount.type', original: 'string', ours: 'number' };
    expect(namesOf({ step: step('FetchList'), sender: 'anybody' }, total)).toEqual(['total-is-a-number#0']);
    for (const other of [
      { ...total, ours: 'object' },
      { ...total, where: 'returnData.totalcount.value', original: 3, ours: 2 },
      { where: 'returnValue', original: 0, ours: 2003 },
      { where: 'returnData.pusherlist[].userid', original: 'a', ours: 'b' },
    ])
      expect(namesOf({ step: step('FetchList'), sender: 'anybody' }, other)).toEqual([]);
  });

  test('has no id twice, and says everything about each', () => {
    expect(new Set(differences.map(({ id }) => id)).size).toBe(differences.length);
    const texts = differences.flatMap(({ what, original, ours, why, clientImpact }) => [
      what,
      original,
      ours,
      why,
      clientImpact,
    ]);
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });

  test.each(['differences.md', 'differences.zh-CN.md'])('is the table of docs/%s', (file) => {
    const text = readFileSync(join(__dirname, '..', '..', 'docs', file), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` \|(.*)\|$/gm)];
    expect(rows.map(([, id]) => id)).toEqual(differences.map(({ id }) => id));
    for (const [, , cells = ''] of rows) expect(cells.split(/(?<!\\)\|/)).toHaveLength(5);
  });

  test('is word for word the English table', () => {
    const text = readFileSync(join(__dirname, '..', '..', 'docs', 'differences.md'), 'utf8');
    for (const { id, what, original, ours, why, clientImpact } of differences) {
      const cells = [`\`${id}\``, what, original, ours, why, clientImpact];
      expect(text).toContain(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
    }
  });
});
