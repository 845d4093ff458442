const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON as a person reads it: indented, with its parts in colours. Anything else as it is. */
export function Json({ value, label }: { value: string; label: string }) {
  return (
    <pre class="json" tabIndex={0} role="region" aria-label={label}>
      {coloured(indented(value))}
    </pre>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function coloured(text: string): preact.ComponentChildren[] {
  const parts: preact.ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [all, quoted, colon] = match;
    parts.push(text.slice(end, match.index));
    const kind = quoted === undefined ? 'value' : colon === undefined ? 'string' : 'name';
    parts.push(<span class={`json-${kind}`}>{all}</span>);
    end = match.index + all.length;
  }
  parts.push(text.slice(end));
  return parts;
}
