import { isRecord } from '../../shared/http/request';
import type { JsonSchema } from '../openapi/schemas';

/**
 * A JSON Schema of the document as a TypeScript type.
 * @param direction a member that an input may lack may also be given as undefined
 * @throws Error for a schema that this does not know, rather than a type that is not true
 */
export function typeOf(schema: JsonSchema, direction: 'input' | 'output'): string {
  const { $ref: reference, anyOf, oneOf, items, properties, additionalProperties } = schema;
  if (typeof reference === 'string') return reference.slice(reference.lastIndexOf('/') + 1);
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((one) => JSON.stringify(one)));
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return union(options.filter(isRecord).map((one) => typeOf(one, direction)));
  if (isRecord(items)) return `Array<${typeOf(items, direction)}>`;
  if (isRecord(properties)) return objectType(properties, schema['required'], direction);
  if (isRecord(additionalProperties)) return `Record<string, ${typeOf(additionalProperties, direction)}>`;
  switch (schema['type']) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema['type'];
    case 'integer':
    case 'number':
      return 'number';
    default:
      throw new Error(`no TypeScript type for ${JSON.stringify(schema).slice(0, 200)}`);
  }
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

function objectType(properties: JsonSchema, required: unknown, direction: 'input' | 'output'): string {
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const members = Object.entries(properties).map(([name, schema]) => {
    if (!isRecord(schema)) throw new Error(`${name}: expected a schema`);
    const type = typeOf(schema, direction);
    const description = typeof schema['description'] === 'string' ? `/** ${schema['description']} */\n` : '';
    if (needed.includes(name)) return `${description}${name}: ${type};`;
    return `${description}${name}?: ${type}${direction === 'input' ? ' | undefined' : ''};`;
  });
  return members.length === 0 ? '{}' : `{\n${members.join('\n')}\n}`;
}
