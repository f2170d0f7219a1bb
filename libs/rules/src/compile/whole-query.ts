import { indent } from './pipeline.js';
import { MAX_EVIDENCE } from '../evaluation.js';
import { SCOPES, SLICE, SLICES } from './params.js';
import type { Reach } from './scope.js';

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

/** Of a column the value of the last record, in order, that has one. */
export function lastValueSql(slot: string): string {
  return `argMaxIf(${slot}, (atMs, ord, id), ${slot} IS NOT NULL)`;
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
