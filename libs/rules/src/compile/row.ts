import { z } from 'zod';
import { chinaDayOf } from '@tianyan/kernel';
import type { EvidenceRef, Evaluation } from '../evaluation.js';
import type { RuleDefinition } from '../language/rule.js';
import { scopeParts } from '../scope-key.js';
import { AREA_PARTS } from './columns.js';
import type { CompiledColumns, CompiledGroup } from './compiled-group.js';

/** 64-bit numbers come as JSON numbers where the client says so, as text otherwise; all of ours are safe integers. */
export const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

const evidenceRow = z.tuple([integer, z.string(), integer, integer, z.string(), integer, integer]);

const answerSchema = z.tuple([
  z.union([integer, z.boolean()]),
  integer,
  integer,
  z.array(evidenceRow),
  z.array(z.string().nullable()),
  z.array(z.string().nullable()),
]);

const DAY_MS = 86_400_000;

/** The parts of the scope, which every finding in it is about. */
export function scopeSubjects({ scope: parts }: RuleDefinition, scope: string): Record<string, string> {
  const values = scopeParts(scope, parts.length);
  return Object.fromEntries(parts.map((part, i) => [part, values[i] ?? '']));
}

export function figureValue(text: string, kind: string): string | number {
  if (kind === 'day') return chinaDayOf(Number(text) * DAY_MS);
  if (kind === 'area') return Number(text) / AREA_PARTS;
  return kind === 'text' || kind === 'code' ? text : Number(text);
}

function evaluationOf(
  rule: RuleDefinition,
  columns: CompiledColumns,
  types: readonly string[],
  scope: string,
  cell: unknown,
): Evaluation | null {
  const [hit, occurred, due, evidence, figures, subjects] = answerSchema.parse(cell);
  const isHit = hit === true || hit === 1;
  if (!isHit && due === 0) return null;
  const roles = Object.keys(rule.inputs);
  const refs = evidence.map(([type, id, version, streamOffset, hash, atMs, role]): EvidenceRef => {
    return { type: types[type] ?? '', id, version, streamOffset, hash, atMs, role: roles[role] ?? '' };
  });
  const named: Record<string, string | number> = {};
  columns.figures.forEach(({ name, kind }, i) => {
    const text = figures[i];
    if (typeof text === 'string') named[name] = figureValue(text, kind);
  });
  const who = scopeSubjects(rule, scope);
  // Who is found is asked of what is found.
  if (isHit)
    columns.subjects.forEach((name, i) => {
      const text = subjects[i];
      if (typeof text === 'string' && text !== '') who[name] = text;
    });
  return {
    ruleId: rule.id,
    scope,
    hit: isHit,
    occurredAtMs: isHit ? occurred : null,
    dueAtMs: due === 0 ? null : due,
    evidence: refs,
    figures: named,
    subjects: who,
  };
}

const rowSchema = z.object({ scope: z.string() }).catchall(z.unknown());

/** Reads the rows of a group's queries. Throws for a row of another shape: a query and its reader must fit. */
export function rowParser(
  pieces: readonly { rules: readonly RuleDefinition[]; compiled: CompiledGroup }[],
): (row: unknown) => Evaluation[] {
  const known = new Map(
    pieces.flatMap(({ rules, compiled }) =>
      rules.map((rule, i) => {
        const columns = compiled.rules[i];
        if (!columns) throw new TypeError(`rule ${rule.id} has no column`);
        return [columns.name, { rule, columns, types: compiled.types }] as const;
      }),
    ),
  );
  return (row) => {
    const { scope, ...cells } = rowSchema.parse(row);
    return Object.entries(cells).flatMap(([name, cell]) => {
      const column = known.get(name);
      if (!column) throw new TypeError(`no rule has the column ${name}`);
      const evaluation = evaluationOf(column.rule, column.columns, column.types, scope, cell);
      return evaluation ? [evaluation] : [];
    });
  };
}
