import type { Condition } from './condition.js';
import type { MappingDocument, RecordMapping } from './document.js';
import type { Reading, ValueObject, ValueSpec } from './value-spec.js';

/** Columns of which one is enough: the alternatives of a `from`, or of a `choose` that asks which of them has something in it. */
export type ColumnChoice = readonly string[];

/**
 * What a mapping names and a table does not have. A table that has one of several alternatives lacks nothing. Records made
 * of the elements of a list (`each`) are left out: a table has no lists.
 */
export function missingColumns(document: MappingDocument, present: ReadonlySet<string>): ColumnChoice[] {
  const named = [
    ...(document.skip ? conditionChoices(document.skip) : []),
    ...document.records.filter(({ each }) => each === undefined).flatMap(recordChoices),
  ];
  const missing = named.filter((choice) => !choice.some((column) => present.has(column)));
  return [...new Map(missing.map((choice) => [choice.join('\n'), choice])).values()];
}

const MONEY: ReadonlySet<Reading | undefined> = new Set<Reading | undefined>(['fen', 'yuan', 'wan-yuan']);

/** Columns that are read as amounts of money. */
export function amountColumns(document: MappingDocument): ReadonlySet<string> {
  return new Set(document.records.flatMap(({ fields }) => Object.values(fields).flatMap(amountsOf)));
}

function amountsOf(spec: ValueSpec): string[] {
  if (typeof spec === 'string') return [];
  if (MONEY.has(spec.as)) return valueChoices(spec).flat();
  return (spec.choose ?? []).flatMap(({ take }) => amountsOf(take));
}

function recordChoices(record: RecordMapping): ColumnChoice[] {
  const { id, version, at, when, evidence = [], fields } = record;
  const values = [id, version, at, record.delete?.at, ...Object.values(fields)].filter((spec) => spec !== undefined);
  const conditions = [when, record.delete?.when].filter((condition) => condition !== undefined);
  return [...values.flatMap(valueChoices), ...conditions.flatMap(conditionChoices), ...evidence.map((column) => [column])];
}

function valueChoices(spec: ValueSpec): ColumnChoice[] {
  if (typeof spec === 'string') return [[spec]];
  const { from, join = [], digest = [], choose = [], times } = spec;
  return [
    ...(from === undefined ? [] : [typeof from === 'string' ? [from] : from]),
    ...[...join, ...digest].flatMap(valueChoices),
    ...branchChoices(choose),
    ...(times ? [[times.from]] : []),
  ];
}

/** Branches that first ask whether their column has something in it are alternatives of each other. */
function branchChoices(branches: NonNullable<ValueObject['choose']>): ColumnChoice[] {
  const asked: string[] = [];
  const choices = branches.flatMap(({ when, take }) => {
    const present = new Set(askedFor(when));
    asked.push(...present);
    return [...conditionChoices(when), ...valueChoices(take)].filter((choice) => !choice.every((column) => present.has(column)));
  });
  return asked.length === 0 ? choices : [...choices, [...new Set(asked)]];
}

/** Columns that must have something in them where the condition holds. */
function askedFor(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(askedFor);
  return 'present' in condition && condition.present ? [condition.from] : [];
}

function conditionChoices(condition: Condition): ColumnChoice[] {
  if ('all' in condition) return condition.all.flatMap(conditionChoices);
  if ('any' in condition) return condition.any.flatMap(conditionChoices);
  if ('not' in condition) return conditionChoices(condition.not);
  return [[condition.from]];
}
