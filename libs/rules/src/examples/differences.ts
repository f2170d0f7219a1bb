import { toChinaIso } from '@tianyan/kernel';
import type { Evaluation } from '../evaluation.js';
import { explain } from '../explain/explain.js';
import type { RuleDefinition, RuleExample } from '../language/index.js';

type Expectation = RuleExample['expect'][number];

/** What came back otherwise than the example says, each in a line of Chinese with both; nothing if it came out right. */
export function differences(rule: RuleDefinition, example: RuleExample, evaluations: readonly Evaluation[]): string[] {
  const listed = new Set(example.expect.map(({ scope }) => scope));
  return [
    ...example.expect.flatMap((expectation) => {
      const got = evaluations.find(({ scope }) => scope === expectation.scope);
      return differencesOf(rule, expectation, got).map((line) => `判断对象 ${expectation.scope}：${line}`);
    }),
    ...evaluations
      .filter(({ scope }) => !listed.has(scope))
      .map((got) => `判断对象 ${got.scope}：应当没有（expect 里没有列出），实际${summary(got)}`),
  ];
}

function differencesOf(rule: RuleDefinition, wanted: Expectation, got: Evaluation | undefined): string[] {
  if (!got) return [`应为${wanted.hit ? '命中' : '未命中而将来可能变'}，实际没有命中，将来也不会变`];
  if (got.hit !== wanted.hit) return [`应为${wanted.hit ? '命中' : '未命中'}，实际${summary(got)}`];
  const lines: string[] = [];
  const compare = (name: string, should: string, is: string): void => {
    if (should !== is) lines.push(`${name} 应为 ${should}，实际为 ${is}`);
  };
  if (wanted.occurredAt !== undefined) compare('occurredAt', timeOf(Date.parse(wanted.occurredAt)), timeOf(got.occurredAtMs));
  compare('dueAt', timeOf(wanted.dueAt === undefined ? null : Date.parse(wanted.dueAt)), timeOf(got.dueAtMs));
  if (wanted.evidence) compare('evidence', listOf(wanted.evidence), listOf(got.evidence.map(({ id }) => id)));
  for (const [name, value] of Object.entries(wanted.figures ?? {}))
    compare(`figures.${name}`, String(value), String(got.figures[name] ?? '（没有）'));
  if (wanted.explanation !== undefined) {
    const text = explain(rule, got);
    if (!text.includes(wanted.explanation)) lines.push(`explanation 应含有“${wanted.explanation}”，实际为“${text}”`);
  }
  return lines;
}

/** What came back of a scope, in Chinese. */
export function summary(got: Evaluation): string {
  return got.hit
    ? `命中（发生时刻 ${timeOf(got.occurredAtMs)}，证据 ${listOf(got.evidence.map(({ id }) => id))}）`
    : `未命中，到期时刻 ${timeOf(got.dueAtMs)}`;
}

function timeOf(atMs: number | null): string {
  return atMs === null ? '（没有）' : toChinaIso(atMs);
}

function listOf(ids: readonly string[]): string {
  return `[${ids.join(', ')}]`;
}
