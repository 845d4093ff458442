import { toJsonSchema, type ConversionConfig } from '@valibot/to-json-schema';
import { session } from '../../functions/account/session';
import type { InputSchema } from '../../shared/command';
import { isRecord } from '../../shared/http/request';
import { playUrls, userInfo } from '../../shared/output';

/** JSON Schema (draft 2020-12), of which OpenAPI 3.1 is made. */
export type JsonSchema = Record<string, unknown>;

/** Parts that several answers have, under the names they get in the document. */
const shared = { Session: session, UserInfo: userInfo, PlayUrls: playUrls };

const options = {
  target: 'draft-2020-12',
  // What is cleaned or checked beyond the reach of JSON Schema is described in words where a caller needs to know it.
  ignoreActions: ['trim', 'check', 'to_lower_case'],
  definitions: shared,
  overrideRef: ({ referenceId }) => reference(referenceId),
} satisfies ConversionConfig;

/** Where the document keeps a schema. */
export function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

/** What a command takes, as a caller has to send it. @throws Error for a schema that JSON Schema cannot say */
export function inputSchemaOf(schema: InputSchema): JsonSchema {
  return clean(toJsonSchema(schema, { ...options, typeMode: 'input' }));
}

/** What a command answers. */
export function outputSchemaOf(schema: InputSchema): JsonSchema {
  return clean(toJsonSchema(schema, { ...options, typeMode: 'output' }));
}

/** The shared parts by their names. */
export function sharedSchemas(): Record<string, JsonSchema> {
  const whole: unknown = toJsonSchema(userInfo, { ...options, typeMode: 'output' });
  const definitions = isRecord(whole) && isRecord(whole['$defs']) ? whole['$defs'] : {};
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, clean(isRecord(schema) ? schema : {})]),
  );
}

function clean(schema: object): JsonSchema {
  const { $schema: _dialect, $defs: _definitions, ...rest } = { $schema: '', $defs: {}, ...schema };
  return tidy(rest);
}

/**
 * Takes what `describedAs` of shared/input.ts left in a schema, and leaves out what says nothing: `required: []`, and the
 * key of a record, which is text in JSON whatever one says.
 */
function tidy(schema: JsonSchema): JsonSchema {
  const { jsonSchema } = schema;
  if (isRecord(jsonSchema))
    return { ...jsonSchema, ...('default' in schema ? { default: schema['default'] } : {}) };
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'required' && Array.isArray(value) && value.length === 0))
      .filter(([key]) => key !== 'propertyNames')
      .map(([key, value]) => [key, tidyValue(value)]),
  );
}

function tidyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidyValue);
  return isRecord(value) ? tidy(value) : value;
}
