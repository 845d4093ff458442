import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploySettingNames } from '../../scripts/deploy/settings';
import { settingNames } from '../../shared/config';

const docs = join(__dirname, '..', '..', 'docs');

describe.each(['settings.md', 'settings.zh-CN.md'])('%s', (file) => {
  const text = readFileSync(join(docs, file), 'utf8');

  test.each([...settingNames, ...deploySettingNames])('says what %s is', (name) => {
    expect(text).toContain(`\`${name}\``);
  });
});
