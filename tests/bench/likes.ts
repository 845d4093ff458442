import { randomUUID } from 'node:crypto';
import { like } from '../../functions/room/like';
import { readCounter } from '../../shared/store/counters';
import type { Database } from '../../shared/store/database';
import { openMysql } from '../../shared/store/mysql';
import { fill, liveOf } from './fill';
import { summarize, timed } from './numbers';
import type { Section } from './report';
import type { BenchServer } from './servers';

const connections = 16;
const milliseconds = { warmUp: 1_000, measured: 3_000 };
/** Each may give 20 likes at once and 2 a second: more than can be counted in that time. */
const likers = 2_000;

/**
 * Likes of many users for one broadcast over 16 connections at once, as 16 instances have them. Afterwards the
 * broadcast must have exactly the likes that were accepted.
 */
export async function measureLikes(server: BenchServer): Promise<Section> {
  const { url, database: own } = await server.database('likes');
  await fill(own, { lives: 1, replays: 0 });
  const before = await readCounter(own, liveOf(0), 'likes');
  const database = openMysql(url, { connections });
  try {
    const warmUp = await giveLikes(database, milliseconds.warmUp);
    const measured = await giveLikes(database, milliseconds.measured);
    const counted = (await readCounter(own, liveOf(0), 'likes')) - before;
    const accepted = warmUp.accepted + measured.accepted;
    if (counted !== accepted) throw new Error(`${accepted} likes were accepted, but ${counted} counted`);
    const { p50, p99 } = summarize(measured.samples);
    return {
      name: 'likes',
      how: `the command over ${connections} connections of one process, ${likers} users, one broadcast, ${server.title}`,
      lines: [
        {
          what: 'room/like',
          values: { 'likes/s': measured.accepted / measured.seconds, 'p50 ms': p50, 'p99 ms': p99 },
          note: `all ${accepted} accepted likes were counted`,
        },
      ],
      bounds: [],
    };
  } finally {
    await database.close();
  }
}

async function giveLikes(database: Database, forMs: number) {
  const samples: number[] = [];
  let [next, accepted] = [0, 0];
  const from = performance.now();
  const loop = async (): Promise<void> => {
    while (performance.now() < from + forMs) {
      const caller = `liker${next++ % likers}`;
      const call = { caller, now: Date.now(), requestId: randomUUID(), clientAddress: '' };
      const request = { streamId: liveOf(0), count: 1, likeId: '' };
      const took = await timed(async () => {
        const answer = await like.run(request, call, { database });
        accepted += answer.accepted;
      });
      samples.push(took);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  return { samples, accepted, seconds: (performance.now() - from) / 1000 };
}
