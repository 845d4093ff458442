import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployPolicy, deployStatements } from '../../../scripts/deploy/policy';

const folder = join(__dirname, '..', '..', '..', 'scripts', 'deploy');

test('the policy allows every action that the deployment calls, and nothing else', () => {
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'policy.ts');
  const text = sources.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const called = new Set(
    [...text.matchAll(/'((?:Get|List|Create|Update|Delete|Publish|Invoke)[A-Za-z]*)'/g)].map(
      ([, name]) => `scf:${name}`,
    ),
  );
  const allowed = new Set(deployPolicy.flatMap(({ actions }) => actions));
  called.delete('scf:CreateFailed'); // a status
  // Two spellings of one right, and one that is asked by SCF itself.
  allowed.delete('scf:InvokeFunction');
  allowed.delete('cam:PassRole');
  expect([...allowed].sort()).toEqual([...called].sort());
});

test('the rights are bound to the functions of one stage', () => {
  const place = { region: 'ap-guangzhou', namespace: 'default' };
  expect(deployStatements(place, 'xiaozhibo-prod-')).toMatchObject([
    { effect: 'allow', resource: ['qcs::scf:ap-guangzhou::namespace/default/function/xiaozhibo-prod-*'] },
    { effect: 'allow', resource: ['*'] },
  ]);
  expect(JSON.stringify(deployStatements(place, 'p-', 'SCF_Role'))).toContain('roleName/SCF_Role');
});
