import { source } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds serious or worse on a page as it is now, one line per place. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(source);
  return page.evaluate(async () => {
    const axe: unknown = Reflect.get(globalThis, 'axe');
    if (typeof axe !== 'object' || axe === null) throw new Error('axe is not in the page');
    const run: unknown = Reflect.get(axe, 'run');
    if (typeof run !== 'function') throw new Error('axe cannot run');
    const found: unknown = await Reflect.apply(run, axe, [document]);
    const violations: unknown = Reflect.get(Object(found), 'violations');
    if (!Array.isArray(violations)) throw new Error('axe says nothing');
    return violations.flatMap((violation: { id: string; impact: string; nodes: { html: string }[] }) =>
      ['serious', 'critical'].includes(violation.impact)
        ? violation.nodes.map(({ html }) => `${violation.id}: ${html.slice(0, 200)}`)
        : [],
    );
  });
}
