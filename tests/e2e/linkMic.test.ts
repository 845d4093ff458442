import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../../shared/http/request';
import { push, type Push } from '../integration/media';
import { freePorts, startProduct, type StartedProduct } from './startedProduct';

jest.setTimeout(60_000);

let product: StartedProduct;
let url: string;
let dataDir: string;
const pushes: Push[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'link-mic-'));
  const [port, rtmpPort] = await freePorts(2);
  product = startProduct({ DATA_DIR: dataDir, PORT: String(port), RTMP_PORT: String(rtmpPort) });
  url = await product.ready;
});
afterAll(async () => {
  await Promise.all(pushes.map((one) => one.kill()));
  product.kill('SIGKILL');
  await product.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

async function post(path: string, body: object, headers = {}): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body), headers });
  return record(await response.json());
}
async function v1(body: object): Promise<Record<string, unknown>> {
  const answer = await post('/interface.php', body);
  expect(answer).toMatchObject({ returnValue: 0 });
  return record(answer['returnData']);
}
const operate = async (path: string, body: object = {}) =>
  record((await post(path, body, { authorization: 'Bearer localonlyAdminToken' }))['returnData']);
const idOf = (pushUrl: string) => /\/live\/(\w+)\?/.exec(pushUrl)?.[1] ?? '';

test('through the gateway a host mixes a guest, and is forbidden', async () => {
  const userinfo = { nickname: 'n', headpic: '', frontcover: '', location: '' };
  const { pushurl } = await v1({
    Action: 'RequestLVBAddr',
    userid: 'host',
    groupid: 'g',
    title: 't',
    userinfo,
  });
  const guest = await v1({ Action: 'RequestLVBAddrForLinkMic', userid: 'guest', title: '连麦', userinfo });
  const [hostUrl, guestUrl] = [String(pushurl), String(guest['pushurl'])];
  const [hostId, guestId] = [idOf(hostUrl), idOf(guestUrl)];
  // As the apps decorate their push URLs.
  pushes.push(push(`${hostUrl}&mix=session_id:1`), push(`${guestUrl}&mix=layer:s;session_id:1;t_id:1`));
  const isListed = async (): Promise<boolean> => {
    const { pusherlist } = await v1({ Action: 'FetchList', flag: 1, pageno: 1, pagesize: 10 });
    return Array.isArray(pusherlist) && pusherlist.length === 1;
  };
  await eventually('the host is listed', isListed);

  const signed = await v1({
    Action: 'RequestPlayUrlWithSignForLinkMic',
    userid: 'host',
    originStreamUrl: String(guest['playurl']),
  });
  expect(String(signed['streamUrlWithSignature'])).toContain(`/live/${guestId}?txSecret=`);

  const merge = async (): Promise<unknown> => {
    const input_stream_list = [
      { input_stream_id: hostId, layout_params: { image_layer: 1 } },
      { input_stream_id: guestId, layout_params: { image_layer: 2, image_width: 160, image_height: 240 } },
    ];
    const para = { mix_stream_session_id: hostId, output_stream_id: hostId, input_stream_list };
    const mergeparams = { interface: { interfaceName: 'Mix_StreamV2', para } };
    const { msg } = await v1({ Action: 'MergeVideoStream', userid: 'host', mergeparams });
    return record(JSON.parse(String(msg)))['code'];
  };
  // The cloud refuses streams that are up for less than 5 s; the apps ask again.
  await eventually('the mix runs', async () => (await merge()) === 0);
  expect(await operate('/reconcile')).toMatchObject({ ran: true, cloud: 'done', failed: [] });

  expect(await operate('/moderation/forbidUser', { userId: 'host', forbidden: true })).toMatchObject({
    cloud: 'done',
  });
  await pushes[0]?.finished;
  expect((await push(hostUrl, { seconds: 5 }).finished).code).not.toBe(0);
  await eventually('the host is off the list', async () => !(await isListed()));
});

/** Looks twice a second until it is so. */
async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
