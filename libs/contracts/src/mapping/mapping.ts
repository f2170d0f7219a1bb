import { RefusedError, type Clock } from '@tianyan/kernel';
import { parse as parseYaml } from 'yaml';
import { Attempt, parsedFields, type FieldReader } from './attempt.js';
import { compileAsIs, isEnvelopeAsIs } from '../as-is.js';
import type { Catalogue } from '../catalogue.js';
import { isSupplied, type Contract } from '../contract.js';
import { envelopeSchema, MAX_RAW_CHARS } from '../envelope-schema.js';
import type { FieldMeta } from '../fields.js';
import { hashOf, recordHash, type AnyRecord } from '../record.js';
import { wordsFor } from '../schema-words.js';
import { notYaml } from '../yaml-words.js';
import type { KeyedDigest } from './digest.js';
import { mappingSchema, type MappingDocument, type RecordMapping } from './document.js';
import { problemOf, type FieldProblem } from './problems.js';
import { mappingMistakes } from './mistakes.js';
import { conditionTest, DEFAULT_EMPTY_WORDS, valueReader, type Cell, type Row, type RowScope } from './rows.js';
import { creditCodeReader } from './credit-codes.js';
import { compileValue, type ValueSettings } from './values.js';

/** A row (or the part of it meant for one record type) that breaks the contract. */
export interface Refusal {
  /** Null if the row fits no record type of the mapping. */
  type: string | null;
  /** Which of the mapping's `records` it was to become; null if none. */
  part: number | null;
  /** The id, if at least that could be read. */
  recordId: string | null;
  /** Likewise. */
  version: number | null;
  /** Never empty. */
  problems: readonly FieldProblem[];
  raw: string;
}

/** A record with its type, which the record itself does not carry: the topic and the tables say it. */
export interface TypedRecord {
  type: string;
  record: AnyRecord;
}

export interface MappedRow {
  records: TypedRecord[];
  refusals: Refusal[];
  /** What was left out of records that were taken all the same. */
  notes: FieldProblem[];
}

export interface MapperOptions {
  /** Name of the source, as written into the records. */
  source: string;
  digest: KeyedDigest;
  /** County clock: `receivedAtMs`. */
  clock: Clock;
}

/** Turns the rows of one source into records; made from a mapping document. */
export interface Mapper {
  readonly document: MappingDocument;
  /** Record types it may yield. */
  readonly types: readonly string[];
  /**
   * A row that is skipped yields nothing.
   * @param raw the row as it came, kept as evidence
   * @param rowNumber its number in the file it came from: stands in the contract's order field where the mapping gives nothing
   */
  map(row: Row, raw: string, rowNumber?: number): MappedRow;
}

/** Reads a mapping document (YAML or JSON text). Throws TypeError that lists every mistake. */
export function readMapping(text: string): MappingDocument {
  return checkMapping(yamlOf(text));
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    throw new TypeError(notYaml(cause), { cause });
  }
}

/** Checks a mapping that has been parsed already. Throws TypeError that lists every mistake. */
export function checkMapping(value: unknown): MappingDocument {
  const parsed = mappingSchema.safeParse(value, { error: wordsFor });
  if (parsed.success) return parsed.data;
  throw new TypeError(`映射有误：\n${mappingMistakes(parsed.error).join('\n')}`);
}

/** Envelope members that a mapping sets, with their names for people. */
const ENVELOPE_LABELS = { id: '编号', version: '版本', at: '发生时间' } as const;

/**
 * Checks the mapping against the contracts and turns it into functions. Throws RefusedError `invalid`, in Chinese, for a mapping
 * that cannot work: a person wrote it, and has to hear of it where it was given.
 */
export function compileMapping(document: MappingDocument, catalogue: Catalogue, options: MapperOptions): Mapper {
  try {
    return compiled(document, catalogue, options);
  } catch (error) {
    throw error instanceof TypeError ? new RefusedError('invalid', error.message) : error;
  }
}

function compiled(document: MappingDocument, catalogue: Catalogue, options: MapperOptions): Mapper {
  const settings: ValueSettings = {
    zone: document.zone,
    dates: document.dates,
    empty: document.empty === undefined ? DEFAULT_EMPTY_WORDS : new Set(document.empty),
    digest: options.digest,
    dateReaders: new Map(),
  };
  const skip = document.skip ? conditionTest(document.skip, settings.empty) : null;
  const mappers = document.records.map((record, part) => compileRecord({ mapping: record, part }, catalogue, settings, options));
  const mustFit = document.records.every((record) => record.each === undefined);
  return {
    document,
    types: [...new Set(document.records.map((record) => record.type))],
    map(row, raw, rowNumber) {
      const mapped: MappedRow = { records: [], refusals: [], notes: [] };
      const scope: RowScope = { row, parent: null };
      if (skip?.(scope)) return mapped;
      const whole = evidenceOf(raw);
      for (const mapper of mappers)
        for (const inner of mapper.scopes(scope)) {
          const evidence = mapper.evidence ? evidenceOf(mapper.evidence(inner.row)) : whole;
          mapper.read(inner, evidence, mapped, rowNumber);
        }
      if (mustFit && mapped.records.length + mapped.refusals.length === 0) mapped.refusals.push(unfit(raw));
      return mapped;
    },
  };
}

/** A row that no record type wants is not dropped in silence: the mapping would have to `skip` it. */
function unfit(raw: string): Refusal {
  return {
    type: null,
    part: null,
    recordId: null,
    version: null,
    problems: [{ field: 'type', label: '记录类型', reason: '不符合映射中任何一种记录的条件', raw: '' }],
    raw,
  };
}

interface RecordMapper {
  /** The part of the row that is the record's raw text; null for all of it. */
  evidence: ((row: Row) => string) | null;
  scopes(scope: RowScope): RowScope[];
  read(scope: RowScope, evidence: Evidence, into: MappedRow, rowNumber: number | undefined): void;
}

/** The raw text of a record, with its digest made once for all records of the row, and only if there is one. */
interface Evidence {
  raw: string;
  rawHash: () => string;
}

function evidenceOf(raw: string): Evidence {
  let made: string | null = null;
  return { raw, rawHash: () => (made ??= hashOf(raw)) };
}

function compileRecord(
  { mapping, part }: { mapping: RecordMapping; part: number },
  catalogue: Catalogue,
  settings: ValueSettings,
  options: MapperOptions,
): RecordMapper {
  const contract = contractOf(mapping, catalogue);
  const readers = compileReaders(mapping, contract, settings);
  const when = mapping.when ? conditionTest(mapping.when, settings.empty) : null;
  const each = mapping.each ? valueReader(mapping.each) : null;
  return {
    evidence: mapping.evidence ? compileEvidence(mapping.evidence) : null,
    scopes(scope) {
      const inner = each ? elementsOf(each(scope.row), scope.row) : [scope];
      return when ? inner.filter(when) : inner;
    },
    read(scope, evidence, into, rowNumber) {
      const attempt = new Attempt(scope);
      const record = readers.deleted?.(scope)
        ? deletionFrom(attempt, readers, contract, options, evidence)
        : recordFrom(attempt, readers, contract, options, evidence, rowNumber);
      if (record) {
        into.records.push({ type: contract.type, record });
        into.notes.push(...attempt.notes);
      } else
        into.refusals.push({
          type: contract.type,
          part,
          recordId: attempt.recordId,
          version: attempt.version,
          problems: attempt.problems,
          raw: evidence.raw,
        });
    },
  };
}

function compileEvidence(columns: readonly string[]): (row: Row) => string {
  const values = columns.map((column) => ({ column, value: valueReader(column) }));
  return (row) => JSON.stringify(Object.fromEntries(values.map(({ column, value }) => [column, value(row) ?? null])));
}

function contractOf(mapping: RecordMapping, catalogue: Catalogue): Contract {
  const contract = catalogue.find(mapping.type);
  if (!contract)
    throw new TypeError(
      `映射有误：没有名为 ${mapping.type} 的记录类型，可用的：${catalogue
        .supplied()
        .map(({ type }) => type)
        .join('、')}`,
    );
  if (!isSupplied(contract))
    throw new TypeError(
      `映射有误：${contract.label}（${mapping.type}）由平台自己产生，不能从数据源、文件或推送写入；请改用别的记录类型`,
    );
  for (const name of Object.keys(mapping.fields)) {
    if (!contract.fields[name])
      throw new TypeError(`映射有误：${mapping.type} 没有字段 ${name}，可用的：${Object.keys(contract.fields).join('、')}`);
  }
  for (const [name, meta] of Object.entries(contract.fields)) {
    if (!meta.optional && !mapping.fields[name])
      throw new TypeError(`映射有误：${mapping.type} 的必填字段 ${name}（${meta.label}）没有取值`);
  }
  return contract;
}

interface Readers {
  id: FieldReader;
  version: FieldReader | null;
  at: FieldReader;
  deleted: ((scope: RowScope) => boolean) | null;
  deletedAt: FieldReader;
  fields: FieldReader[];
  asIs: ReturnType<typeof compileAsIs>;
}

function compileReaders(mapping: RecordMapping, contract: Contract, settings: ValueSettings): Readers {
  const reader = (
    name: string,
    label: string,
    spec: RecordMapping['id'],
    kind: FieldMeta['kind'],
    optional = false,
  ): FieldReader => {
    try {
      return { name, label, optional, read: compileValue(spec, kind, settings) };
    } catch (cause) {
      throw new TypeError(
        `映射有误：${mapping.type} 的 ${name}（${label}）：${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  };
  const at = reader('atMs', ENVELOPE_LABELS.at, mapping.at, 'instant');
  return {
    id: reader('id', ENVELOPE_LABELS.id, mapping.id, 'code'),
    version: mapping.version === undefined ? null : reader('version', ENVELOPE_LABELS.version, mapping.version, 'integer'),
    at,
    deleted: mapping.delete ? conditionTest(mapping.delete.when, settings.empty) : null,
    deletedAt: mapping.delete?.at === undefined ? at : reader('atMs', ENVELOPE_LABELS.at, mapping.delete.at, 'instant'),
    fields: Object.entries(mapping.fields).map(([name, spec]) => {
      const meta = contract.fields[name];
      if (!meta) throw new TypeError(`${contract.type} has no field ${name}`);
      const read = reader(name, meta.label, spec, meta.kind, meta.optional);
      return meta.key === 'firm' ? { ...read, read: creditCodeReader(read.read) } : read;
    }),
    asIs: compileAsIs(contract),
  };
}

function elementsOf(value: unknown, parent: Row): RowScope[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((element): element is Row => typeof element === 'object' && element !== null)
    .map((row) => ({ row, parent }));
}

function envelopeFrom(
  attempt: Attempt,
  readers: Readers,
  at: FieldReader,
  op: 'upsert' | 'delete',
  options: MapperOptions,
  raw: string,
) {
  const id = attempt.required(readers.id);
  attempt.recordId = id === null ? null : String(id);
  const version = readers.version === null ? 0 : attempt.required(readers.version);
  attempt.version = typeof version === 'number' ? version : null;
  const atMs = attempt.required(at);
  if (raw.length > MAX_RAW_CHARS) {
    attempt.problems.push({
      field: 'raw',
      label: '原文',
      reason: `整条记录过长：${raw.length} 字，最多 ${MAX_RAW_CHARS} 字`,
      raw: '',
    });
    return null;
  }
  if (attempt.problems.length > 0) return null;
  const envelope = { id: String(id), source: options.source, version, op, atMs, receivedAtMs: options.clock.nowMs(), raw };
  if (isEnvelopeAsIs(envelope)) return envelope;
  const parsed = unhashedSchema.safeParse(envelope);
  if (parsed.success) return parsed.data;
  attempt.problems.push(...parsed.error.issues.map((issue) => problemOf(issue, ENVELOPE_META, envelope)));
  return null;
}

/** The hash is made last: of what the fields turn out to be. */
const unhashedSchema = envelopeSchema.omit({ hash: true });

const ENVELOPE_META: Readonly<Record<string, FieldMeta>> = {
  id: { label: ENVELOPE_LABELS.id, kind: 'code', privacy: 'internal', optional: false },
  version: { label: ENVELOPE_LABELS.version, kind: 'integer', privacy: 'internal', optional: false },
  atMs: { label: ENVELOPE_LABELS.at, kind: 'instant', privacy: 'internal', optional: false },
};

function deletionFrom(
  attempt: Attempt,
  readers: Readers,
  { type }: Contract,
  options: MapperOptions,
  { raw, rawHash }: Evidence,
): AnyRecord | null {
  const envelope = envelopeFrom(attempt, readers, readers.deletedAt, 'delete', options, raw);
  return (
    envelope && { ...envelope, hash: recordHash(type, { ...envelope, fields: null }, rawHash()), op: 'delete', fields: null }
  );
}

function recordFrom(
  attempt: Attempt,
  readers: Readers,
  contract: Contract,
  options: MapperOptions,
  evidence: Evidence,
  rowNumber: number | undefined,
): AnyRecord | null {
  const { raw, rawHash } = evidence;
  const envelope = envelopeFrom(attempt, readers, readers.at, 'upsert', options, raw);
  const values: Record<string, Cell> = {};
  const unreadable = new Set<string>();
  for (const reader of readers.fields) {
    const before = attempt.problems.length;
    values[reader.name] = attempt.value(reader);
    if (attempt.problems.length > before) unreadable.add(reader.name);
  }
  const ownOrder = contract.order === null ? null : (values[contract.order] ?? null);
  if (contract.order !== null && rowNumber !== undefined) values[contract.order] ??= rowNumber;
  const fields = readers.asIs(values) ?? parsedFields(attempt, contract, values, unreadable);
  if (!envelope || !fields || attempt.problems.length > 0) return null;
  // One row more at the top of the next file gives all others another number: that alone is no news.
  const content = contract.order === null || ownOrder !== null ? fields : { ...fields, [contract.order]: null };
  return { ...envelope, hash: recordHash(contract.type, { ...envelope, fields: content }, rawHash()), op: 'upsert', fields };
}
