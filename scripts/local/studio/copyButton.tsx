import { useEffect, useState } from 'preact/hooks';
import { text } from './text';

/** Puts a text on the clipboard, and says so for a moment. */
export function CopyButton({
  value,
  label,
  name,
}: {
  value: string | (() => string);
  label?: string;
  name?: string;
}) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1_500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = (): void => {
    const copied = typeof value === 'string' ? value : value();
    navigator.clipboard.writeText(copied).then(
      () => setDone(true),
      () => setDone(false),
    );
  };
  const shown = done ? text().copied : (label ?? text().copy);
  return (
    <button
      type="button"
      class="button small"
      onClick={copy}
      aria-label={name === undefined ? undefined : `${shown}: ${name}`}
    >
      {shown}
    </button>
  );
}
