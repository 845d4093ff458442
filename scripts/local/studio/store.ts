import { useEffect, useState } from 'preact/hooks';

/** A value that several parts of the page show. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(source: Store<T>): T {
  const [, redraw] = useState(0);
  useEffect(() => source.subscribe(() => redraw((count) => count + 1)), [source]);
  return source.get();
}
