import { readConfig } from '@tianyan/runtime';

export type Environment = Record<string, string>;

/** Names that the program reads, learnt by watching it read. */
export function knownVariables(): ReadonlySet<string> {
  const read = new Set<string>();
  readConfig(
    new Proxy<Record<string, string | undefined>>(
      {},
      {
        get(_target, name) {
          if (typeof name === 'string') read.add(name);
          return undefined;
        },
      },
    ),
  );
  return read;
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, as Docker Compose writes them. */
const REFERENCE = /\$\{(\w+)(?:(:-|:\?)([^}]*))?\}/g;

/** Fills in references as Compose does. Throws for a required one that is missing. */
export function fillIn(text: string, env: Environment): string {
  return text.replaceAll(REFERENCE, (_all, name: string, operator: string | undefined, rest: string | undefined) => {
    const value = env[name] ?? '';
    if (value !== '') return value;
    if (operator === ':?') throw new Error(`${name}: ${rest ?? ''}`);
    return operator === ':-' ? (rest ?? '') : '';
  });
}

/** Names that a text refers to. */
export function references(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map(([, name = '']) => name);
}
