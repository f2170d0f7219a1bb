import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { FindingSummary } from '@tianyan/console-app/api';

/** How many rules are shipped: each of them has planted problems. */
const PACKS = 'libs/rules/packs';
const FILES = readdirSync(PACKS).filter((name) => name.endsWith('.yaml'));
export const PACKED_RULES = FILES.length;

/** Those that are judged at a rate: what has come is found at their next turn, within the hour, or by a sweep. */
export const AT_RATE_RULES: ReadonlySet<string> = new Set(
  FILES.filter((name) => /^everyMinutes: /m.test(readFileSync(join(PACKS, name), 'utf8'))).map((name) =>
    name.replace('.yaml', ''),
  ),
);

const truthSchema = z.object({
  atMs: z.number().nullish(),
  problems: z.array(
    z.object({
      rule: z.string(),
      scope: z.string(),
      fromMs: z.number(),
      toMs: z.number().nullable(),
      settledAtMs: z.number().nullish(),
      story: z.string(),
    }),
  ),
  lookalikes: z.array(z.object({ rule: z.string(), scope: z.string(), why: z.string(), settledAtMs: z.number().nullish() })),
});
export type Truth = z.output<typeof truthSchema>;

/** What the sandbox county knows to be a problem at that instant, and what only looks like one. */
export async function truthAt(sandboxUrl: string, atMs: number): Promise<Truth> {
  const response = await fetch(`${sandboxUrl}/truth?atMs=${atMs}`);
  return truthSchema.parse(await response.json());
}

export interface RuleScore {
  rule: string;
  planted: number;
  lookalikes: number;
  found: number;
  missed: readonly string[];
  wrong: readonly string[];
}

/**
 * Findings against the truth at `atMs`, rule by rule. What has happened but has not been published by its source yet (a
 * ledger is exported at night) counts neither way: it may be known already or not.
 */
export function scoreByRule(truth: Truth, findings: readonly FindingSummary[], atMs: number): RuleScore[] {
  const settled = (entry: { settledAtMs?: number | null | undefined }) => (entry.settledAtMs ?? 0) <= atMs;
  const rules = [
    ...new Set([...truth.problems.map((p) => p.rule), ...truth.lookalikes.map((l) => l.rule), ...findings.map((f) => f.ruleId)]),
  ].toSorted();
  return rules.map((rule) => {
    const problems = truth.problems.filter((p) => p.rule === rule);
    const planted = new Set(problems.filter(settled).map((p) => p.scope));
    const onTheWay = new Set(problems.filter((p) => !settled(p)).map((p) => p.scope));
    const found = new Set(findings.filter((f) => f.ruleId === rule).map((f) => f.scope));
    return {
      rule,
      planted: planted.size,
      lookalikes: truth.lookalikes.filter((l) => l.rule === rule).length,
      found: [...found].filter((scope) => planted.has(scope)).length,
      missed: [...planted].filter((scope) => !found.has(scope)),
      wrong: [...found].filter((scope) => !planted.has(scope) && !onTheWay.has(scope)),
    };
  });
}

/** @param but rules that are not asked about */
export function isPerfect(scores: readonly RuleScore[], but: ReadonlySet<string> = new Set()): boolean {
  return scores.every(({ rule, missed, wrong }) => but.has(rule) || (missed.length === 0 && wrong.length === 0));
}

/** The table that the end-to-end test prints. */
export function table(scores: readonly RuleScore[]): string {
  const ratio = (part: number, whole: number) => (whole === 0 ? '  –  ' : (part / whole).toFixed(3));
  const lines = scores.map((s) =>
    [
      s.rule.padEnd(30),
      String(s.planted).padStart(7),
      String(s.lookalikes).padStart(10),
      ratio(s.found, s.planted).padStart(7),
      ratio(s.found, s.found + s.wrong.length).padStart(9),
      ...s.missed.slice(0, 3).map((scope) => ` missed ${scope}`),
      ...s.wrong.slice(0, 3).map((scope) => ` wrong ${scope}`),
    ].join(' '),
  );
  return ['rule                           planted lookalikes  recall precision', ...lines].join('\n');
}
