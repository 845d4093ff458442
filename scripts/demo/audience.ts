import * as v from 'valibot';
import { listed, type Live } from './broadcast';
import type { People } from './people';
import type { Product } from './product';
import { Mismatch, type Steps } from './step';

const look = 'the output of npm start, lines beginning with "room" (native) or "app" (old app)';
const entered = v.object({ viewers: v.number() });
const memberList = v.object({ total: v.number(), items: v.array(v.object({ userId: v.string() })) });
const v1Done = v.object({ result: v.literal(0) });
const v1Members = v.object({
  totalcount: v.number(),
  memberlist: v.array(v.object({ userid: v.string(), nickname: v.string() })),
});

/** Two viewers come, one of them with an old app; they are seen, like, and one leaves. The counts must be exact. */
export async function visitRoom(steps: Steps, product: Product, people: People, live: Live): Promise<void> {
  await enter(steps, product, people, live);
  await seeMembers(steps, product, people, live, [people.oldViewer.userId, people.viewer.userId]);
  await giveLikes(steps, product, people, live);
  await steps.run(`${people.oldViewer.userId} leaves (QuitGroup of an old app)`, look, async (say) => {
    await product.v1({ Action: 'QuitGroup', ...inRoom(people, live) }, v1Done);
    const { viewerCount, likeCount } = await listed(product, live);
    expectCounts({ viewerCount, likeCount }, { viewerCount: 1, likeCount: 6 });
    say(`${viewerCount} viewer left, ${likeCount} likes stay`);
  });
}

function enter(steps: Steps, product: Product, people: People, live: Live): Promise<void> {
  const { viewer, oldViewer } = people;
  const title = `${viewer.userId} enters twice (POST /room/enter), ${oldViewer.userId} once (EnterGroup of an old app)`;
  return steps.run(title, look, async (say) => {
    const request = { streamId: live.streamId, nickname: 'Bob' };
    await product.ask('/room/enter', request, entered, viewer.token);
    const { viewers } = await product.ask('/room/enter', request, entered, viewer.token);
    if (viewers !== 1) throw new Mismatch('one viewer who entered twice: 1', String(viewers));
    const body = { Action: 'EnterGroup', nickname: 'Carol', headpic: '', ...inRoom(people, live) };
    await product.v1(body, v1Done);
    const { viewerCount } = await listed(product, live);
    if (viewerCount !== 2) throw new Mismatch('2 viewers on the list', String(viewerCount));
    say(`${viewerCount} viewers on the list`);
  });
}

function seeMembers(
  steps: Steps,
  product: Product,
  { host, oldViewer }: People,
  live: Live,
  expected: string[],
): Promise<void> {
  return steps.run('member list, native and of an old app (FetchGroupMemberList)', look, async (say) => {
    const { items } = await product.ask('/room/members', { streamId: live.streamId }, memberList, host.token);
    const body = { liveuserid: host.userId, groupid: live.groupId, pageno: 1, pagesize: 20 };
    const { memberlist } = await product.v1(
      { Action: 'FetchGroupMemberList', userid: oldViewer.userId, usersig: oldViewer.userSig, ...body },
      v1Members,
    );
    const [members, v1] = [items.map(({ userId }) => userId), memberlist.map(({ userid }) => userid)];
    for (const found of [members, v1]) {
      if ([...found].sort().join() !== [...expected].sort().join())
        throw new Mismatch(expected.join(', '), found.join(', ') || 'nobody');
    }
    say(`both: ${members.join(', ')}`);
  });
}

function giveLikes(steps: Steps, product: Product, people: People, live: Live): Promise<void> {
  const { host, viewer, oldViewer } = people;
  const title = `${viewer.userId} likes 5 times in one request sent twice, ${oldViewer.userId} once (ChangeCount)`;
  return steps.run(title, look, async (say) => {
    const answer = v.object({ accepted: v.number(), likes: v.number() });
    const request = { streamId: live.streamId, count: 5, likeId: 'demo-1' };
    const first = await product.ask('/room/like', request, answer, viewer.token);
    const again = await product.ask('/room/like', request, answer, viewer.token);
    if (first.accepted !== 5 || again.accepted !== 0)
      throw new Mismatch('5 accepted, then 0', `${first.accepted}, then ${again.accepted}`);
    const like = { type: 1, optype: 0, flag: 0, usersig: oldViewer.userSig };
    await product.v1({ Action: 'ChangeCount', userid: host.userId, ...like }, v1Done);
    const { viewerCount, likeCount } = await listed(product, live);
    expectCounts({ viewerCount, likeCount }, { viewerCount: 2, likeCount: 6 });
    say(`${viewerCount} viewers and ${likeCount} likes on the list`);
  });
}

function expectCounts(came: object, expected: object): void {
  const [was, wanted] = [JSON.stringify(came), JSON.stringify(expected)];
  if (was !== wanted) throw new Mismatch(`${wanted} on the list`, was);
}

/** How an old app names the room of a live. */
function inRoom({ host, oldViewer }: People, live: Live) {
  return {
    userid: oldViewer.userId,
    liveuserid: host.userId,
    groupid: live.groupId,
    flag: 0,
    usersig: oldViewer.userSig,
  };
}
