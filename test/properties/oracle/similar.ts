import type { Similar } from '@tianyan/rules';
import { field, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

/** As the guide says: each text is compared with a hundred before it, by its first thousand characters. */
const APART = 100;
const CHARACTERS = 1_000;

/** Of what the guide leaves out: spaces, punctuation and the like, by ranges of code points. */
const LEFT_OUT = [
  [0, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0xbf],
  [0x2000, 0x206f],
  [0x3000, 0x303f],
  [0xfe10, 0xfe6f],
  [0xfeff, 0xff0f],
  [0xff1a, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff65],
  [0xfff0, Number.POSITIVE_INFINITY],
] as const;

interface Text {
  record: OracleRecord;
  pairs: Set<string>;
  different: ReturnType<typeof field>;
}

export function judgeSimilar(rule: Similar, scope: ScopeView): Verdict {
  const amount = (of: Parameters<typeof scope.view.amount>[0]) => scope.view.amount(of) ?? Number.NaN;
  const spanMs = rule.within === undefined ? Number.POSITIVE_INFINITY : (scope.view.spanMs(rule.within) ?? Number.NaN);
  const texts = scope.making(rule.of).flatMap((record): Text[] => {
    const characters = compared(String(field(record, rule.field) ?? ''));
    const different = field(record, rule.different ?? 'id');
    if (characters.length < amount(rule.minLength) || different === null) return [];
    return [{ record, different, pairs: new Set(characters.slice(1).map((one, i) => `${characters[i]}${one}`)) }];
  });
  const reached = texts
    .map((text, i) => ({
      text,
      repeated: texts
        .slice(Math.max(0, i - APART), i)
        .filter(
          (other) =>
            alike(text, other, amount(rule.percent)) &&
            other.different !== text.different &&
            text.record.atMs - other.record.atMs < spanMs,
        ),
    }))
    .filter(({ repeated }) => new Set(repeated.map(({ different }) => different)).size + 1 >= amount(rule.atLeast));
  const [first] = reached;
  if (!first) return { ...NO_HIT, pendingMs: [] };
  const proof = new Set(reached.flatMap(({ text, repeated }) => [text, ...repeated]));
  const instants = [...proof].map(({ record }) => record.atMs);
  return {
    hit: true,
    occurredAtMs: first.text.record.atMs,
    pendingMs: [],
    evidence: evidenceOf([...proof].map(({ record }) => ({ role: rule.of, record }))),
    figures: {
      count: proof.size,
      distinct: new Set([...proof].map(({ different }) => different)).size,
      firstAtMs: Math.min(...instants),
      lastAtMs: Math.max(...instants),
    },
  };
}

function compared(text: string): string[] {
  return Array.from(text)
    .filter((character) => {
      const code = character.codePointAt(0) ?? 0;
      return !LEFT_OUT.some(([from, to]) => code >= from && code <= to);
    })
    .map((character) => (/^[A-Z]$/.test(character) ? character.toLowerCase() : character))
    .slice(0, CHARACTERS);
}

function alike(a: Text, b: Text, percent: number): boolean {
  const common = [...a.pairs].filter((pair) => b.pairs.has(pair)).length;
  return 200 * common >= percent * (a.pairs.size + b.pairs.size);
}
