import type { WorkingCalendar } from '@tianyan/calendar';
import type { Catalogue } from '@tianyan/contracts';
import { evidenceSchema, figuresSchema } from '@tianyan/findings';
import { rows, type Pool } from '@tianyan/postgres';
import type { RuleDefinition } from '@tianyan/rules';
import { z } from 'zod';
import { historyOfScope } from './county.js';
import { evidenceText, judgedTogether, oracle, type OracleRecord } from './oracle/index.js';

/** Where two of the four do not say the same. */
export interface Divergence {
  between: 'stored and oracle' | 'sweep' | 'load' | 'process and SQL';
  ruleId: string;
  scope: string;
  /** Number of the history that the scope belongs to. */
  history: number;
  stored: unknown;
  oracle: unknown;
  step: number;
  nowMs: number;
}

const storedSchema = z.object({
  rule_id: z.string(),
  scope: z.string(),
  hit: z.boolean(),
  due_at_ms: z.int().nullable(),
  occurred_at_ms: z.int().nullable(),
  holds: z.boolean().nullable(),
  evidence: evidenceSchema.nullable(),
  figures: figuresSchema.nullable(),
  subjects: z.record(z.string(), z.string()).nullable(),
});

interface Answer {
  hit: boolean;
  occurredAtMs: number | null;
  dueAtMs: number | null;
  evidence: readonly string[];
  figures: Readonly<Record<string, unknown>>;
  subjects: Readonly<Record<string, string | null>>;
}

/** What the oracle said of one rule. */
export interface Seen {
  hits: number;
  due: number;
}

/** Compares everything that is stored with what the oracle says of every history. */
export async function compareAll(input: {
  pool: Pool;
  rules: readonly RuleDefinition[];
  /** Rules that are set aside: what they have found stays as it was. */
  setAside: ReadonlySet<string>;
  versions: ReadonlyMap<number, readonly OracleRecord[]>;
  calendar: WorkingCalendar;
  catalogue: Catalogue;
  nowMs: number;
}): Promise<{ divergences: Omit<Divergence, 'step' | 'nowMs'>[]; seen: Map<string, Seen>; scopes: readonly string[] }> {
  const stored = await readStored(input.pool);
  const expected = new Map<string, Answer>();
  for (const rule of input.rules) {
    for (const versions of judgedTogether(rule, [...input.versions.values()])) {
      for (const { scope, ...answer } of oracle({
        rule,
        catalogue: input.catalogue,
        calendar: input.calendar,
        versions,
        nowMs: input.nowMs,
      })) {
        expected.set(`${rule.id}\n${scope}`, answer);
      }
    }
  }
  const divergences: Omit<Divergence, 'step' | 'nowMs'>[] = [];
  for (const key of new Set([...stored.keys(), ...expected.keys()])) {
    const [ruleId = '', scope = ''] = key.split('\n');
    const [left, right] = [stored.get(key) ?? null, expected.get(key) ?? null];
    if (input.setAside.has(ruleId) || same(left, right)) continue;
    const history = historyOfScope(scope);
    divergences.push({ between: 'stored and oracle', ruleId, scope, history, stored: left, oracle: right });
  }
  const scopes = new Set([...stored.keys(), ...expected.keys()].map((key) => key.split('\n')[1] ?? ''));
  return { divergences, seen: countSeen(expected), scopes: [...scopes] };
}

function countSeen(answers: ReadonlyMap<string, Answer>): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const [key, { hit, dueAtMs }] of answers) {
    const [ruleId = ''] = key.split('\n');
    const { hits, due } = seen.get(ruleId) ?? { hits: 0, due: 0 };
    seen.set(ruleId, { hits: hits + (hit ? 1 : 0), due: due + (dueAtMs === null ? 0 : 1) });
  }
  return seen;
}

async function readStored(pool: Pool): Promise<Map<string, Answer>> {
  const stored = await rows(
    pool,
    storedSchema,
    `SELECT s.rule_id, s.scope, s.hit, s.due_at_ms, f.occurred_at_ms, f.holds, f.evidence, f.figures, f.subjects
     FROM finding_scope s LEFT JOIN finding f USING (rule_id, scope) WHERE s.hit OR s.due_at_ms IS NOT NULL`,
  );
  return new Map(
    stored.map((row) => [
      `${row.rule_id}\n${row.scope}`,
      {
        hit: row.hit && row.holds === true,
        // Without a finding 0, which nothing answers: a hit that has none must not look like an answer without a hit.
        occurredAtMs: row.hit ? (row.occurred_at_ms ?? 0) : null,
        dueAtMs: row.due_at_ms,
        evidence: row.hit ? (row.evidence ?? []).map((ref) => evidenceText(ref)).sort() : [],
        figures: row.hit ? (row.figures ?? {}) : {},
        subjects: row.hit ? (row.subjects ?? {}) : {},
      },
    ]),
  );
}

/** Figures and subjects are compared where the oracle names them. */
function same(stored: Answer | null, expected: Answer | null): boolean {
  if (!stored || !expected) return stored === expected;
  return (
    stored.hit === expected.hit &&
    stored.occurredAtMs === expected.occurredAtMs &&
    stored.dueAtMs === expected.dueAtMs &&
    JSON.stringify(stored.evidence) === JSON.stringify(expected.evidence) &&
    Object.entries(expected.figures).every(([name, value]) => (stored.figures[name] ?? null) === value) &&
    Object.entries(expected.subjects).every(([name, value]) => (stored.subjects[name] ?? null) === value)
  );
}
