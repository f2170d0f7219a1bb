import type { Catalogue, Contract } from '@tianyan/contracts';
import { MAX_EVIDENCE } from '../evaluation.js';
import type { RuleDefinition } from '../language/rule.js';
import { asksCalendar, CALENDAR_SQL } from './calendar.js';
import { column, slotExpression } from './columns.js';
import type { CompiledColumns, CompiledGroup } from './compiled-group.js';
import { type QueryParams, SCOPES, SLICE, SLICES } from './params.js';
import { indent } from './pipeline.js';
import type { RecordSource } from './record-source.js';
import type { Reach } from './scope.js';
import { inputOf } from './timeline.js';
import { orderSql } from './way-sql.js';

/** What one judgement of a rule over everything may take: it runs beside live work, again and again, and nobody waits for it. */
const MAX_SECONDS = 20;
const MAX_MEMORY_BYTES = 512 * 1024 ** 2;
/** Scopes of one answer; a rule that finds more is wrong rather than thorough. */
const MAX_ANSWERS = 50_000;
/**
 * Rows that it may read, over all its inputs, each as often as it stands in the query: some times what a province has of its largest type.
 * Whoever names a table ten times keeps the disk from everybody else long before the time is over.
 */
const MAX_ROWS_READ = 100_000_000;
export const QUERY_SETTINGS: readonly string[] = [
  `max_execution_time = ${MAX_SECONDS}`,
  `max_memory_usage = ${MAX_MEMORY_BYTES}`,
  'max_threads = 2',
  `max_result_rows = ${MAX_ANSWERS}`,
  `max_rows_to_read = ${MAX_ROWS_READ}`,
];

/** What an answer has to pass to be within reach. */
export const REACH_OF_ANSWERS: Readonly<Record<Reach, string>> = {
  all: '1',
  slice: `cityHash64(scope) % ${SLICES} = ${SLICE}`,
  scopes: `scope IN (SELECT arrayJoin(${SCOPES}))`,
};

/** Values as an answer tells them. */
function texts(values: readonly string[]): string {
  return values.length === 0 ? '[]' : `CAST([${values.join(', ')}], 'Array(Nullable(String))')`;
}

/** What such a query reads of records to prove an answer, and to tell the figures and subjects that refer to fields. */
export class ProvingRecords {
  /** Sorted: evidence names a type by its place here. */
  readonly types: readonly string[];
  /** Columns of values that figures and subjects ask for, by `input.field`. */
  private readonly slots: ReadonlyMap<string, string>;

  constructor(
    private readonly rule: RuleDefinition,
    private readonly catalogue: Catalogue,
  ) {
    this.types = [...new Set(Object.values(rule.inputs).map(({ type }) => type))].toSorted();
    const references = [...Object.values(rule.figures), ...Object.values(rule.subjects)];
    this.slots = new Map([...new Set(references)].map((reference, i) => [reference, `v${i}`]));
  }

  contract(input: string): Contract {
    return this.catalogue.get(inputOf(this.rule, input).type);
  }

  /** Inputs of which values are told. */
  told(): string[] {
    return [...this.slots.keys()].map((reference) => partsOf(reference).input);
  }

  /** Columns of a record of an input. */
  columns(input: string): string[] {
    const contract = this.contract(input);
    const values = [...this.slots].map(([reference, slot]) => {
      const { input: of, field } = partsOf(reference);
      const value = of === input ? slotExpression(column(contract, field)) : 'NULL';
      return `CAST(${value}, 'Nullable(String)') AS ${slot}`;
    });
    return [
      'id',
      `toUInt8(${this.types.indexOf(contract.type)}) AS type`,
      'toUInt64(version) AS version',
      'toUInt64(streamOffset) AS streamOffset',
      'toString(hash) AS hash',
      'toInt64(atMs) AS atMs',
      `${orderSql(contract)} AS ord`,
      ...values,
    ];
  }

  /**
   * Each record that an answer names, once, whatever the inputs that it is of.
   * @param rows.records with {@link columns}, as `record`; `rows.answers` as `said`, joined by `rows.on`
   * @param further columns: which role, and what is said with the answer
   */
  once(
    rows: { records: readonly string[]; answers: string; on: string },
    further: { role: readonly string[]; said: readonly string[] },
  ): string {
    const own = ['version', 'streamOffset', 'hash', 'atMs', 'ord'].map((name) => `any(record.${name}) AS ${name}`);
    const slots = [...this.slots.values()].map((slot) => `max(record.${slot}) AS ${slot}`);
    const columns = [
      'scope',
      'type',
      'id',
      ...own,
      ...further.role,
      'any(said.occurredAt) AS occurredAt',
      ...further.said,
      ...slots,
    ];
    return `SELECT
${indent(columns.join(',\n'))}
FROM (
${indent(rows.records.join('\nUNION ALL\n'))}
) AS record
INNER JOIN ${rows.answers} AS said ON ${rows.on}
GROUP BY said.scope AS scope, record.type AS type, record.id AS id`;
  }

  /** Of each reference the value of the last record named, in order, that has one. */
  lastValues(references: Readonly<Record<string, string>>): string[] {
    return Object.values(references).map((reference) => {
      const slot = this.slots.get(reference) ?? 'NULL';
      return `argMaxIf(${slot}, (atMs, ord, id), ${slot} IS NOT NULL)`;
    });
  }

  /** The query with what its answers are called: numbers that it makes itself, then the figures and subjects of the rule. */
  group(
    query: { tables: readonly string[]; answers: string; params: QueryParams; records: RecordSource },
    numbers: readonly string[],
  ): CompiledGroup {
    const { tables, answers, params, records } = query;
    const calendar = [...tables, answers].some(asksCalendar) ? [CALENDAR_SQL] : [];
    const figures: CompiledColumns['figures'] = [
      ...numbers.map((name) => ({ name, slotClass: 'number' as const, kind: 'integer' })),
      ...Object.entries(this.rule.figures).map(([name, reference]) => {
        const { input, field } = partsOf(reference);
        const { kind, slotClass } = column(this.contract(input), field);
        return { name, kind, slotClass };
      }),
    ];
    return {
      sql: `WITH\n${indent([...calendar, ...tables].join(',\n'))}\n${answers}`,
      params: { ...records.params, ...params.toRecord() },
      types: this.types,
      rules: [{ name: 'r0', figures, subjects: Object.keys(this.rule.subjects) }],
    };
  }
}

function partsOf(reference: string): { input: string; field: string } {
  const [input = '', field = ''] = reference.split('.');
  return { input, field };
}

/** `SELECT scope, r0`: an answer of each scope, over rows of the records that it names. @param proves which of these are evidence */
export function answersSql(
  from: string,
  how: { figures: readonly string[]; subjects: readonly string[]; proves?: string },
): string {
  const record = '((atMs, ord, id, type), (type, id, version, streamOffset, hash, atMs, role))';
  const gathered = how.proves === undefined ? `groupArray(${record})` : `groupArrayIf(${record}, ${how.proves})`;
  const answer = [
    '1',
    'any(occurredAt)',
    '0',
    `arrayMap(one -> one.2, arraySlice(arraySort(${gathered}), 1, ${MAX_EVIDENCE}))`,
    texts(how.figures),
    texts(how.subjects),
  ];
  const having = how.proves === undefined ? '' : `\nHAVING countIf(${how.proves}) > 0`;
  return `SELECT
  scope,
  tuple(
${indent(indent(answer.join(',\n')))}
  ) AS r0
FROM (
${indent(from)}
)
GROUP BY scope${having}`;
}
