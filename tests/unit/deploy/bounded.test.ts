import { eachOf } from '../../../scripts/deploy/bounded';
import { CloudCallError } from '../../../scripts/deploy/cloud';

test('results come in the order of the items, and no more than so many are under way', async () => {
  let underWay = 0;
  let most = 0;
  const results = await eachOf([5, 1, 4, 2, 3], 2, async (n) => {
    underWay += 1;
    most = Math.max(most, underWay);
    for (let turn = 0; turn < n; turn += 1) await Promise.resolve();
    underWay -= 1;
    return n * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
  expect(await eachOf([], 2, async () => 1)).toEqual([]);
});

test('after a failure nothing more is begun, what is under way ends, and the failure is told as it is', async () => {
  const begun: string[] = [];
  const ended: string[] = [];
  const failure = new Error('b: failed');
  const work = eachOf(['a', 'b', 'c', 'd'], 2, async (name) => {
    begun.push(name);
    await Promise.resolve();
    if (name === 'b') throw failure;
    await Promise.resolve();
    await Promise.resolve();
    ended.push(name);
  });
  await expect(work).rejects.toBe(failure);
  expect([begun, ended]).toEqual([['a', 'b'], ['a']]);
});

test('the same refusal of several functions is one line, another one its own', async () => {
  const refused = (name: string, code: string) =>
    new CloudCallError('CreateFunction', code, `${name}: CreateFunction: ${code} (RequestId ${name}1)`);
  const work = eachOf(['a', 'b', 'c'], 3, async (name) => {
    throw refused(name, name === 'c' ? 'LimitExceeded.Function' : 'AuthFailure.SignatureFailure');
  });
  await expect(work).rejects.toThrow(
    [
      'a: CreateFunction: AuthFailure.SignatureFailure (RequestId a1) (and the same of b)',
      'c: CreateFunction: LimitExceeded.Function (RequestId c1)',
    ].join('\n'),
  );
});
