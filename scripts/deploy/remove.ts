import * as v from 'valibot';
import { everyPage, placeOf, readAnswer, readNames } from './actual';
import { deleteFunction, type Hands } from './apply';
import { atOnce, eachOf } from './bounded';
import { placeLine } from './report';
import type { Target } from './service';

const endpoint = v.looseObject({ Namespace: v.string(), FunctionName: v.string() });
const domain = v.object({
  Domain: v.string(),
  EndpointsConfig: v.optional(v.nullable(v.array(endpoint)), []),
});
const domainsAnswer = v.object({
  Domains: v.optional(v.nullable(v.array(domain)), []),
  Total: v.optional(v.number(), 0),
});

/**
 * Removes every function of the service and stage, also those that are no longer in serverless.yml, and the custom domain
 * as far as it led to them. The database and everything else of the account stay.
 * @param confirm asked once with what is going to be removed; a reason not to go on is thrown
 */
export async function remove(
  target: Target,
  hands: Hands,
  say: (line: string) => void,
  confirm: (question: string) => Promise<void>,
): Promise<void> {
  const names = await readNames(hands.cloud, target);
  if (names.length === 0) {
    say(`${placeLine(target)}: nothing to remove`);
    return;
  }
  say(`${placeLine(target)}: to be removed: ${names.join(', ')}`);
  await confirm(`Remove these ${names.length} functions? The database is not touched.`);
  const remoteNames = new Set(names.map((name) => target.prefix + name));
  await freeDomains(hands, target, remoteNames);
  await eachOf(names, atOnce, (name) => deleteFunction(hands, placeOf(target, name)));
  say(`removed ${names.length} function(s)`);
}

/** A function cannot be removed while a domain leads to it. */
async function freeDomains(hands: Hands, target: Target, remoteNames: ReadonlySet<string>): Promise<void> {
  const subject = `${target.service}-${target.stage}`;
  const domains = await everyPage(async (Offset, Limit) => {
    const answer = await hands.cloud.call(
      subject,
      'ListCustomDomains',
      { Offset, Limit },
      { repeatable: true },
    );
    const read = readAnswer(domainsAnswer, answer, subject, 'ListCustomDomains');
    return { entries: read.Domains ?? [], total: read.Total };
  });
  for (const { Domain, EndpointsConfig } of domains) {
    const endpoints = EndpointsConfig ?? [];
    const others = endpoints.filter(
      ({ Namespace, FunctionName }) =>
        Namespace !== target.access.namespace || !remoteNames.has(FunctionName),
    );
    if (others.length === endpoints.length) continue;
    hands.progress(Domain, others.length === 0 ? 'remove' : `keep ${others.length} paths`);
    if (others.length === 0)
      await hands.cloud.call(Domain, 'DeleteCustomDomain', { Domain }, { repeatable: true });
    else
      await hands.cloud.call(
        Domain,
        'UpdateCustomDomain',
        { Domain, EndpointsConfig: others },
        { repeatable: true },
      );
  }
}
