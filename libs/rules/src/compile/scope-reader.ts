import type { Contract } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { Filtering, orderSql, waySelects, whereClause } from './way-sql.js';
import { dayNumberOf, dayNumberSql } from './calendar.js';
import { column, slotExpression, type Column } from './columns.js';
import { cellOf, compare, Found, Gathered, keyOf, type Places } from './gathered-records.js';
import { CURRENT_RECORDS, type RecordSource } from './record-source.js';
import { AT_MS, ENVELOPE_CELLS, linkedRecord, scopedRecord, type RecordCells } from './record-cells.js';
import { isDay, isScopePart } from './scope.js';
import type { TimelineRecord } from './scope-rows.js';
import { dayNumber } from '../expression/operators/days.js';
import { scopeKey, scopeParts } from '../scope-key.js';
import type { KeyedRead, RowKey, SharedReads } from './shared-reads.js';
import type { Branch, Reading } from './timeline.js';
import { ANYTHING, wantedSql, type WantedValues } from './wanted-values.js';

/** Answers a query with its rows. */
export type Ask = (query: SqlQuery) => Promise<readonly unknown[]>;

type Link = NonNullable<Branch['link']>;
type Keyed = Pick<KeyedRead, 'keys' | 'fields' | 'wanted'>;

/** How rows are found by codes, and told apart. */
interface KeyedReading {
  read: KeyedRead;
  /** Fields of the sort key by whose codes the rows are found. */
  lead: readonly string[];
  /** Fields of the scope that are codes. */
  codes: readonly string[];
  /** By the codes of a row, and its day. */
  scopeOf: ReadonlyMap<string, string>;
}

/** Keys of one question: IN over more is slow in ClickHouse. */
const MAX_KEYS_PER_QUERY = 10_000;

/**
 * Reads the records of some scopes by plain queries that know of the rules at most which codes they want: one for each way to a scope, then
 * those that are linked to what was found. Most scopes have no subject of a link at all, and then nothing more is asked.
 */
export class ScopeReader {
  private readonly fields = new Map<string, readonly string[]>();
  private readonly places: ReadonlyMap<string, Places>;
  /** Read by the keys of what the others brought. */
  private readonly followed: readonly Branch[];
  private readonly asked: readonly Branch[];
  private readonly order: ReadonlyMap<string, number>;
  private readonly alone: ReadonlyMap<Branch, readonly Branch[]>;
  /** Which of the rows that a branch leads to are brought here. */
  private readonly wanted: ReadonlyMap<Branch, WantedValues>;

  constructor(
    private readonly reading: Reading,
    private readonly source: RecordSource,
  ) {
    for (const type of reading.types) this.fields.set(type, reading.fields(type));
    // A link is followed by its keys, whatever the rules look at.
    for (const { contract, link } of reading.branches)
      for (const on of link?.on ?? []) {
        this.readAlso(contract.type, Object.keys(on));
        this.readAlso(link?.subject.type ?? contract.type, Object.values(on));
      }
    this.places = new Map(reading.branches.map(({ contract }) => [contract.type, placesOf(contract, this.fieldsOf(contract))]));
    this.followed = reading.branches.filter((branch) => this.isFollowed(branch));
    this.asked = reading.branches.filter((branch) => !this.followed.includes(branch));
    this.order = new Map(reading.types.map((type, i) => [type, i]));
    this.alone = new Map(reading.branches.map((branch) => [branch, [branch]]));
    this.wanted = new Map(reading.branches.map((branch) => [branch, this.wantedOf(branch)]));
  }

  /** The sorted records of each scope that has any. `shared`: with what others read at the same moment. */
  async records(scopes: readonly string[], ask: Ask, shared?: SharedReads): Promise<Map<string, TimelineRecord[]>> {
    const found = new Gathered();
    await Promise.all(
      this.asked.map(async (branch) => {
        const keyed = this.keyedReading(branch, scopes);
        if (!keyed || !(await this.readKeyed(branch, keyed, { ask, shared }, found)))
          await this.readScopes(branch, scopes, ask, found);
      }),
    );
    await Promise.all(this.followed.map((branch) => this.readLinked(branch, ask, found)));
    return found.sorted((a, b) => compare(a, b, this.order));
  }

  /** Of each scope one of those of its own records that no condition tells apart; those that a link brings in are left out. */
  async oneOfEachSort(scopes: readonly string[], ask: Ask): Promise<Map<string, TimelineRecord[]>> {
    const found = new Gathered();
    const own = this.asked.filter(({ link }) => link === null);
    await Promise.all(own.map((branch) => this.readScopes(branch, scopes, ask, found, this.sortSql(branch))));
    return found.sorted((a, b) => compare(a, b, this.order));
  }

  private sortSql({ contract }: Branch): string {
    const fields = this.reading.conditioned(contract.type).map((field) => slotExpression(column(contract, field)));
    return `\nLIMIT 1 BY ${['scope', ...fields].join(', ')}`;
  }

  /** @param after the end of each query */
  private async readScopes(branch: Branch, scopes: readonly string[], ask: Ask, found: Gathered, after = ''): Promise<void> {
    const { conditions: narrowed, params } = wantedSql(this.wanted.get(branch) ?? ANYTHING, branch.contract);
    const wanted = { records: this.source, reach: 'scopes', columns: ['record'], where: '1', narrowed } as const;
    const expressions = [`${recordSql(branch.contract, this.fieldsOf(branch.contract))} AS record`];
    const selects = waySelects(branch, { ...wanted, expressions });
    const answer = await ask({
      sql: selects.map((select) => select + after).join('\nUNION ALL\n'),
      params: { ...this.source.params, ...params, scopes },
    });
    for (const row of answer) {
      const { scope, record } = scopedRecord(row);
      found.add(this.found(branch, scope, record));
    }
  }

  /** How the rows of scopes are found by the codes of their sort key; null: more is to be asked of them than that. */
  private keyedReading(branch: Branch, scopes: readonly string[]): KeyedReading | null {
    const { contract, fields, link } = branch;
    const { leading } = this.source.rows(contract, fields);
    const codes = fields.filter((field) => !isDay(contract, field));
    const areCodes = codes.every((field) => contract.fields[field] && column(contract, field).slotClass === 'text');
    if (link !== null || leading === 0 || !areCodes || this.source !== CURRENT_RECORDS) return null;
    const lead = fields.slice(0, leading);
    const day = fields.findIndex((field) => isDay(contract, field));
    const scopeOf = new Map<string, string>();
    const keys = new Map<string, RowKey>();
    for (const scope of scopes) {
      const parts = scopeParts(scope, fields.length);
      const ofDay = day === -1 ? null : dayNumberOf(parts[day] ?? '');
      // Of what is no day there are no rows, and of persons no scopes.
      if (Number.isNaN(ofDay) || !fields.every((field, i) => isScopePart(contract, field, parts[i] ?? ''))) continue;
      const key = { codes: parts.slice(0, leading), day: ofDay };
      keys.set(keyText(key.codes, ofDay), key);
      scopeOf.set(
        keyText(
          parts.filter((_part, i) => i !== day),
          ofDay,
        ),
        scope,
      );
    }
    const read: KeyedRead = {
      name: `${contract.type} ${lead.join(',')}${day === -1 ? '' : ' by day'}`,
      keys: [...keys.values()],
      // By those of the scope it is told apart whose each row is.
      fields: [...new Set([...this.fieldsOf(contract), ...codes])],
      wanted: this.wanted.get(branch) ?? new Map(),
      isExact: lead.length === codes.length,
    };
    return { read, lead, codes, scopeOf };
  }

  /** False where codes would bring more than is wanted, and nobody else wants that: then nothing was read. */
  private async readKeyed(
    branch: Branch,
    { read, lead, codes, scopeOf }: KeyedReading,
    { ask, shared }: { ask: Ask; shared: SharedReads | undefined },
    found: Gathered,
  ): Promise<boolean> {
    const { contract } = branch;
    const query = (wanted: Keyed) => this.keyedQuery(contract, lead, wanted);
    let answer = await shared?.rows(read, query, ask);
    if (!answer && read.isExact) answer = { fields: read.fields, rows: await ask(query(read)) };
    if (!answer) return false;
    const places = placesOf(contract, answer.fields);
    const parts = codes.map((field) => places.get(field)?.index ?? 0);
    const byDay = read.keys.some(({ day }) => day !== null);
    for (const row of answer.rows) {
      const record = linkedRecord(row);
      const key = parts.map((index) => record[index] ?? null);
      if (key.includes(null)) continue;
      const scope = scopeOf.get(keyText(key.map(String), byDay ? dayNumber(record[AT_MS]) : null));
      if (scope !== undefined) found.add(this.found(branch, scope, record, places));
    }
    return true;
  }

  /** The scopes of a linked record are those of the subjects that carry its key. */
  private async readLinked(branch: Branch, ask: Ask, found: Gathered): Promise<void> {
    const { link } = branch;
    if (!link) return;
    const places: Places = this.places.get(branch.contract.type) ?? new Map();
    const linkedTo = this.reading.branches.filter((of) => this.isSubject(of, link));
    const subjects = found.of((of) => linkedTo.includes(of));
    await Promise.all(
      link.on.map(async (on) => {
        const [own, wanted] = [Object.keys(on), Object.values(on)];
        const scopesOf = new Map<string, { key: readonly string[]; scopes: Set<string> }>();
        for (const subject of subjects) {
          const key = keyOf(wanted, (name) => subject.field(name));
          if (key === null) continue;
          const known = scopesOf.get(scopeKey(key)) ?? { key, scopes: new Set() };
          known.scopes.add(subject.scope);
          scopesOf.set(scopeKey(key), known);
        }
        const keys = [...scopesOf.values()].map(({ key }) => ({ codes: key, day: null }));
        for (let start = 0; start < keys.length; start += MAX_KEYS_PER_QUERY) {
          const read = { keys: keys.slice(start, start + MAX_KEYS_PER_QUERY), fields: this.fieldsOf(branch.contract) };
          const query = this.keyedQuery(branch.contract, own, { ...read, wanted: this.wanted.get(branch) ?? ANYTHING });
          for (const row of await ask(query)) {
            const record = linkedRecord(row);
            const key = keyOf(own, (name) => cellOf(record, places.get(name)));
            // One object for each scope: in another the same record may have come by other ways, too.
            const scopes = key === null ? undefined : scopesOf.get(scopeKey(key))?.scopes;
            for (const scope of scopes ?? []) found.add(this.found(branch, scope, record));
          }
        }
      }),
    );
  }

  private keyedQuery(contract: Contract, own: readonly string[], { keys, fields, wanted }: Keyed): SqlQuery {
    const { conditions: narrowed, params } = wantedSql(wanted, contract);
    const listed: Record<string, readonly unknown[]> = {};
    const lists = own.map((field, i) => {
      listed[`keys${i}`] = keys.map(({ codes }) => codes[i] ?? '');
      return { row: column(contract, field).sql, list: `{keys${i}:Array(String)}` };
    });
    if (keys.some(({ day }) => day !== null)) {
      listed['days'] = keys.map(({ day }) => day);
      lists.push({ row: dayNumberSql('atMs'), list: '{days:Array(Int64)}' });
    }
    const [only] = lists;
    const isOne =
      lists.length === 1 && only
        ? `${only.row} IN (SELECT arrayJoin(${only.list}))`
        : `(${lists.map(({ row }) => row).join(', ')}) IN (SELECT ${lists.map((_list, i) => `k.${i + 1}`).join(', ')} FROM (SELECT arrayJoin(arrayZip(${lists.map(({ list }) => list).join(', ')})) AS k))`;
    const filtering = new Filtering(this.source.rows(contract, own), narrowed).add(isOne, own);
    return {
      sql: `SELECT\n  ${recordSql(contract, fields)} AS record\nFROM ${filtering.from()}${whereClause(filtering.where(), '\n')}`,
      params: { ...this.source.params, ...params, ...listed },
    };
  }

  /**
   * What no condition can be satisfied by is not brought here. Not of subjects of links: whatever else they are, their keys
   * lead on.
   */
  private wantedOf(branch: Branch): WantedValues {
    const isFollowed = this.followed.some(({ link }) => link && this.isSubject(branch, link));
    return isFollowed ? ANYTHING : this.reading.wanted(branch);
  }

  /** Whether the records that it links to are read anyway, and linked by texts: other ways are left to one query. */
  private isFollowed(branch: Branch): boolean {
    const { link, contract } = branch;
    if (!link || !this.reading.branches.some((other) => this.isSubject(other, link))) return false;
    return link.on.every((on) => {
      const keys = Object.entries(on);
      return keys.every(
        ([own, wanted]) => column(contract, own).slotClass === 'text' && column(link.subject, wanted).slotClass === 'text',
      );
    });
  }

  private isSubject(branch: Branch, { subject, subjectFields }: Link): boolean {
    return branch.link === null && branch.contract === subject && branch.fields.join() === subjectFields.join();
  }

  private readAlso(type: string, fields: readonly string[]): void {
    this.fields.set(type, [...new Set([...(this.fields.get(type) ?? []), ...fields])]);
  }

  private fieldsOf(contract: Contract): readonly string[] {
    return this.fields.get(contract.type) ?? [];
  }

  private found(branch: Branch, scope: string, record: RecordCells, places?: Places): Found {
    const { type } = branch.contract;
    const known = places ?? this.places.get(type) ?? new Map();
    return new Found(this.reading, this.alone.get(branch) ?? [branch], type, known, scope, record);
  }
}

function recordSql(contract: Contract, fields: readonly string[]): string {
  const envelope = ['atMs', orderSql(contract), 'id', 'version', 'streamOffset', 'toString(hash)'];
  return `tuple(${[...envelope, ...fields.map((field) => cellSql(column(contract, field)))].join(', ')})`;
}

/** As the column holds it, where that is what {@link slotExpression} makes of it once it is read: each cast costs as much as reading. */
function cellSql(col: Column): string {
  return col.kind === 'day' || col.kind === 'area' ? slotExpression(col) : col.sql;
}

function keyText(codes: readonly string[], day: number | null): string {
  return scopeKey(day === null ? codes : [...codes, String(day)]);
}

function placesOf(contract: Contract, fields: readonly string[]): Places {
  const place = (field: string, i: number) =>
    [field, { index: ENVELOPE_CELLS + i, isNumber: column(contract, field).slotClass === 'number' }] as const;
  return new Map(fields.map(place));
}
