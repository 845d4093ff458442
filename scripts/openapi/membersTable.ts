import { html, type Markup } from '../../functions/watch/markup';
import { isRecord } from '../../shared/http/request';
import { labels, textIn, type Language } from './labels';
import { typeText } from './typeText';
import type { JsonSchema } from './schemas';

interface Row {
  /** With the members above it: `items[].userInfo.nickname`. */
  path: string;
  type: string;
  required: boolean;
  standard: unknown;
  meaning: string;
}

/**
 * The members of an input or answer as a table; of one that has several forms, a table for each.
 * @param direction an input says what it needs, an answer what it may lack
 * @returns undefined for one without members
 */
export function membersTable(
  schemas: Record<string, JsonSchema>,
  name: string,
  direction: 'Input' | 'Output',
  language: Language,
): Markup | undefined {
  const tables = formsOf(resolved(schemas, schemas[`${name}${direction}`] ?? {}))
    .map((form) => rowsOf(schemas, form, '', language))
    .filter((rows) => rows.length > 0)
    .map((rows, index) => table(rows, `${name} ${direction} ${index + 1}`, direction, language));
  return tables.length === 0 ? undefined : html`${tables}`;
}

function formsOf(schema: JsonSchema): JsonSchema[] {
  const { oneOf } = schema;
  return Array.isArray(oneOf) ? oneOf.filter(isRecord) : [schema];
}

function resolved(schemas: Record<string, JsonSchema>, schema: JsonSchema): JsonSchema {
  const { $ref: reference } = schema;
  if (typeof reference !== 'string') return schema;
  return schemas[reference.slice(reference.lastIndexOf('/') + 1)] ?? {};
}

function rowsOf(
  schemas: Record<string, JsonSchema>,
  schema: JsonSchema,
  above: string,
  language: Language,
): Row[] {
  const { properties, required } = schema;
  const members: [string, unknown][] = isRecord(properties) ? Object.entries(properties) : [];
  return members.flatMap(([member, given]) => {
    if (!isRecord(given)) return [];
    const path = `${above}${member}`;
    const row = {
      path,
      type: typeText(given),
      required: Array.isArray(required) && required.includes(member),
      standard: given['default'],
      meaning: textIn(given, 'description', language),
    };
    return [row, ...below(schemas, given, path, language)];
  });
}

function below(
  schemas: Record<string, JsonSchema>,
  given: JsonSchema,
  path: string,
  language: Language,
): Row[] {
  const { items } = given;
  if (isRecord(items)) return rowsOf(schemas, resolved(schemas, items), `${path}[].`, language);
  return rowsOf(schemas, resolved(schemas, given), `${path}.`, language);
}

function table(
  rows: readonly Row[],
  title: string,
  direction: 'Input' | 'Output',
  language: Language,
): Markup {
  const say = labels[language];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
    <table>
      <thead>
        <tr>
          <th scope="col">${say.name}</th>
          <th scope="col">${say.type}</th>
          <th scope="col">${say.meaning}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td><code>${row.path}</code></td>
              <td>${row.type}${remarks(row, direction, language)}</td>
              <td>${row.meaning.replaceAll('`', '')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function remarks({ required, standard }: Row, direction: 'Input' | 'Output', language: Language): Markup[] {
  const say = labels[language];
  const marked = required === (direction === 'Input');
  return [
    ...(marked ? [html`, <em>${required ? say.required : say.optional}</em>`] : []),
    ...(hasWords(standard) ? [html`, ${say.standard} <code>${standard}</code>`] : []),
  ];
}

/** An empty text is what a member that is left out stands for anyhow. */
function hasWords(standard: unknown): standard is string | number {
  return typeof standard === 'number' || (typeof standard === 'string' && standard !== '');
}
