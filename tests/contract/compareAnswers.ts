import { isRecord } from '../../shared/http/request';
import type { Difference } from './differences';

/**
 * Every place in which our answer lacks something of the original's, or says something else. What ours has besides is no
 * difference: clients pass over members they do not know.
 */
export function compareAnswers(original: unknown, ours: unknown, where = ''): Difference[] {
  if (Array.isArray(original) && Array.isArray(ours)) {
    if (original.length !== ours.length)
      return [{ where: `${where}.length`, original: original.length, ours: ours.length }];
    return original.flatMap((element: unknown, index) =>
      compareAnswers(element, ours[index], isNamed(where) ? `${where}[]` : where),
    );
  }
  if (isRecord(original) && isRecord(ours)) {
    return Object.entries(original).flatMap(([name, value]) =>
      compareAnswers(value, ours[name], where === '' ? name : `${where}.${name}`),
    );
  }
  return Object.is(original, ours) ? [] : [{ where, original, ours }];
}

function isNamed(where: string): boolean {
  return where !== '';
}
