/**
 * The key of a scope: its parts joined with `|`. With several parts, a `%` or `|` inside a part is written `%25`, `%7C`, so
 * that two scopes never have one key and a key can be taken apart again; a single part stands as it is. Findings, wake-ups and
 * exceptions of rules are kept under these keys: another way of writing them would orphan what is stored.
 */
export function scopeKey(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0] ?? '';
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll('|', '%7C')).join('|');
}

/** The parts of a key of a scope of so many; of another number of parts where the key is none of such a scope. */
export function scopeParts(key: string, count: number): string[] {
  if (count === 1) return [key];
  return key.split('|').map((part) => part.replaceAll('%7C', '|').replaceAll('%25', '%'));
}

/** {@link scopeKey} in SQL, of expressions that are text. Null as soon as one of them is. */
export function scopeKeySql(parts: readonly string[]): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return `concat(${parts.map((part) => `replaceAll(replaceAll(${part}, '%', '%25'), '|', '%7C')`).join(`, '|', `)})`;
}

/** SQL of an array of the parts, still as they stand in the key, of a scope of several; each is to be read by {@link scopePartSql}. */
export function splitScopeKeySql(key: string): string {
  return `splitByChar('|', ${key})`;
}

/** SQL of one part out of {@link splitScopeKeySql}; the first is 1. */
export function scopePartSql(parts: string, position: number): string {
  return `replaceAll(replaceAll(${parts}[${position}], '%7C', '|'), '%25', '%')`;
}

/** Under which the answer of a rule in a scope is looked up; ids of rules hold no line break. Never stored. */
export function answerKey(ruleId: string, scope: string): string {
  return `${ruleId}\n${scope}`;
}
