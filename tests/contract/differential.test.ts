import type { Database } from '../../shared/store/database';
import { engines } from '../servers/engines';
import { everyName, namesOf } from './differences';
import { isOperators, replayScenario, type Replayed } from './replayTranscripts';
import { isDefect, scenarios, type Scenario } from './transcripts';

const summary = ({ step, sender, differences }: Replayed, difference = differences[0]) => ({
  step: `${step.scenario} [${step.index}] ${step.action}${sender === 'operator' ? ' (operator)' : ''}`,
  note: step.note,
  request: JSON.stringify(step.request).slice(0, 200),
  ...difference,
});

/** What only operators may do is compared as they do it. */
const isRefused = ({ step, sender }: Replayed) => sender === 'anybody' && isOperators(step);

describe.each(engines())('beside the original server, on $name', ({ open }) => {
  let database: Database;
  const replayed = new Map<string, Replayed[]>();

  beforeAll(async () => {
    database = await open();
    for (const scenario of scenarios) replayed.set(scenario.name, await replayScenario(database, scenario));
  }, 60_000);
  afterAll(() => database.close());

  const every = () => [...replayed.values()].flat();

  test('every recorded step was sent', () => {
    expect(new Set(every().map(({ step }) => step)).size).toBe(977);
    expect([...replayed.keys()]).toHaveLength(20);
  });

  test.each(scenarios.map((scenario): [string, Scenario] => [scenario.name, scenario]))(
    '%s: nothing differs that has no name',
    (name) => {
      const nameless = (replayed.get(name) ?? []).flatMap((one) =>
        one.differences
          .filter((difference) => namesOf(one, difference).length === 0)
          .map((difference) => summary(one, difference)),
      );
      expect(nameless.slice(0, 12)).toEqual([]);
    },
  );

  test('every name stands for a difference that is still there', () => {
    const seen = new Set(
      every().flatMap((one) => one.differences.flatMap((difference) => namesOf(one, difference))),
    );
    expect(everyName.filter((name) => !seen.has(name))).toEqual([]);
  });

  test('most answers that are no defect have the original returnValue; the rest is odd input', () => {
    const comparable = every().filter((one) => !isDefect(one.step) && !isRefused(one));
    const same = comparable.filter(
      ({ differences }) => !differences.some(({ where }) => where === 'returnValue' || where === 'code'),
    );
    expect(same.length / comparable.length).toBeGreaterThan(0.8);
  });

  describe('defects of the original are not copied', () => {
    /** Members that are not needed may be anything: the title of a broadcast, the fileid of a live. */
    const isNeeded = ({ step }: Replayed) => !/^(title|fileid): /.test(step.note);
    test.each([
      ['answer 1000', (one: Replayed) => one.ours.body['returnValue'] === 1000],
      ['accept the value', (one: Replayed) => one.ours.body['returnValue'] === 0],
      ['answer "" instead of null', (one: Replayed) => !JSON.stringify(one.ours.body).includes('_url":null')],
      ['see wrong sign', (one: Replayed) => one.ours.status === 401],
    ])('%s', (words, holds) => {
      const defects = every().filter(
        (one) => isDefect(one.step) && one.step.note.includes(words) && isNeeded(one) && !isRefused(one),
      );
      expect(defects.length).toBeGreaterThan(1);
      expect(defects.filter((one) => !holds(one)).map((one) => summary(one))).toEqual([]);
    });
  });
});
