import { isRecord } from '../../shared/http/request';
import type { JsonSchema } from './schemas';

/** The type of a member in a few words, such as `integer 1–100` or `cover | avatar`. */
export function typeText(schema: JsonSchema): string {
  const { $ref: reference, anyOf, items, type } = schema;
  if (typeof reference === 'string') return reference.slice(reference.lastIndexOf('/') + 1);
  if (Array.isArray(anyOf)) return anyOf.filter(isRecord).map(typeText).join(' | ');
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String).join(' | ');
  if ('const' in schema) return String(schema['const']);
  if (isRecord(items)) return `array${bounds(undefined, schema['maxItems'])}`;
  if (type === 'string')
    return `string${bounds(schema['minLength'] === 0 ? undefined : schema['minLength'], schema['maxLength'])}`;
  if (type === 'integer' || type === 'number')
    return `${type}${schema['maximum'] === undefined ? '' : bounds(schema['minimum'], schema['maximum'])}`;
  return String(type);
}

function bounds(least: unknown, most: unknown): string {
  if (typeof most !== 'number') return '';
  return typeof least === 'number' ? ` ${least}–${most}` : ` ≤ ${most}`;
}
