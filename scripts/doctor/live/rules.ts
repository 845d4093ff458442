import * as v from 'valibot';
import { appNameOf, domainOf, type LivePlan } from './plan';

/** How the live service says which templates are bound to which domains. */
export const rules = v.object({
  Rules: v.nullish(
    v.array(v.object({ TemplateId: v.number(), DomainName: v.string(), AppName: v.nullish(v.string(), '') })),
    [],
  ),
});

type Rule = v.InferOutput<typeof rules>['Rules'][number];

/** The rule of the push domain that our streams fall under. */
export function ruleFor(plan: LivePlan, given: readonly Rule[]): Rule | undefined {
  const appName = appNameOf(plan);
  return given.find(
    ({ DomainName, AppName }) =>
      DomainName === domainOf(plan, 'push') && (AppName === appName || AppName === '' || AppName === '*'),
  );
}
