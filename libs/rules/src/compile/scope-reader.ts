import type { Contract } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { Filtering, orderSql, waySelects, whereClause, type Narrowed } from './way-sql.js';
import { column, slotExpression } from './columns.js';
import { compare, Found, Gathered, keyOf, type Places } from './gathered-records.js';
import { CURRENT_RECORDS, type RecordSource } from './record-source.js';
import { ENVELOPE_CELLS, linkedRecord, scopedRecord, type RecordCells } from './record-cells.js';
import type { TimelineRecord } from './scope-rows.js';
import { scopeKey, scopeParts } from '../scope-key.js';
import type { KeyedRead, SharedReads } from './shared-reads.js';
import type { Branch, Reading } from './timeline.js';
import type { WantedValues } from './wanted-values.js';

/** Answers a query with its rows. */
export type Ask = (query: SqlQuery) => Promise<readonly unknown[]>;

type Link = NonNullable<Branch['link']>;

/** Keys of one question: IN over more is slow in ClickHouse. */
const MAX_KEYS_PER_QUERY = 10_000;

/**
 * Reads the records of some scopes by plain queries without the text of any rule: one for each way to a scope, then those that
 * are linked to what was found. Most scopes have no subject of a link at all, and then nothing more is asked.
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
    this.places = new Map(
      reading.branches.map(({ contract }) => [contract.type, placesOf(contract, this.fieldsOf(contract))]),
    );
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
        if (!shared || !(await this.readShared(branch, scopes, { ask, shared }, found)))
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
    const { narrowed, params } = narrowing(branch.contract, this.wanted.get(branch));
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

  /** False where nobody else wants the same rows, or they are found by more than codes: then nothing was read. */
  private async readShared(
    branch: Branch,
    scopes: readonly string[],
    { ask, shared }: { ask: Ask; shared: SharedReads },
    found: Gathered,
  ): Promise<boolean> {
    const { contract, fields } = branch;
    const { leading } = this.source.rows(contract, fields);
    const codes = fields.every((field) => contract.fields[field] && column(contract, field).slotClass === 'text');
    if (branch.link !== null || leading === 0 || !codes || this.source !== CURRENT_RECORDS) return false;
    const lead = fields.slice(0, leading);
    const keys = new Map(scopes.map((scope) => scopeParts(scope, fields.length).slice(0, leading)).map((key) => [key.join('\n'), key]));
    const read: KeyedRead = {
      name: `${contract.type} ${lead.join(',')}`,
      keys: [...keys.values()],
      // By those of the scope it is told apart who gets which row.
      fields: [...new Set([...this.fieldsOf(contract), ...fields])],
      wanted: this.wanted.get(branch) ?? new Map(),
    };
    const answer = await shared.rows(read, (all) => this.keyedQuery(contract, lead, all), ask);
    if (!answer) return false;
    const places = placesOf(contract, answer.fields);
    const parts = fields.map((field) => places.get(field)?.index ?? 0);
    const asked = new Set(scopes);
    for (const row of answer.rows) {
      const record = linkedRecord(row);
      const key = parts.map((index) => record[index] ?? null);
      const scope = key.includes(null) ? null : scopeKey(key.map(String));
      if (scope !== null && asked.has(scope)) found.add(this.found(branch, scope, record, places));
    }
    return true;
  }

  /** The scopes of a linked record are those of the subjects that carry its key. */
  private async readLinked(branch: Branch, ask: Ask, found: Gathered): Promise<void> {
    const { link } = branch;
    if (!link) return;
    const subjects = found.of((of) => this.isSubject(of, link));
    await Promise.all(
      link.on.map(async (on) => {
        const [own, wanted] = [Object.keys(on), Object.values(on)];
        const scopesOf = new Map<string, { key: readonly string[]; scopes: Set<string> }>();
        for (const subject of subjects) {
          const key = keyOf(subject, wanted);
          if (key === null) continue;
          const known = scopesOf.get(scopeKey(key)) ?? { key, scopes: new Set() };
          known.scopes.add(subject.scope);
          scopesOf.set(scopeKey(key), known);
        }
        const keys = [...scopesOf.values()].map(({ key }) => key);
        for (let start = 0; start < keys.length; start += MAX_KEYS_PER_QUERY) {
          const read = { keys: keys.slice(start, start + MAX_KEYS_PER_QUERY), fields: this.fieldsOf(branch.contract) };
          const query = this.keyedQuery(branch.contract, own, { ...read, wanted: this.wanted.get(branch) ?? new Map() });
          for (const row of await ask(query)) {
            const record = linkedRecord(row);
            const key = keyOf(this.found(branch, '', record), own);
            // One object for each scope: in another the same record may have come by other ways, too.
            const scopes = key === null ? undefined : scopesOf.get(scopeKey(key))?.scopes;
            for (const scope of scopes ?? []) found.add(this.found(branch, scope, record));
          }
        }
      }),
    );
  }

  private keyedQuery(contract: Contract, own: readonly string[], { keys, fields, wanted }: Omit<KeyedRead, 'name'>): SqlQuery {
    const lists = own.map((_field, i) => `{keys${i}:Array(String)}`);
    const columns = own.map((field) => column(contract, field).sql);
    const isOne =
      own.length === 1
        ? `${columns[0]} IN (SELECT arrayJoin(${lists[0]}))`
        : `(${columns.join(', ')}) IN (SELECT ${own.map((_field, i) => `k.${i + 1}`).join(', ')} FROM (SELECT arrayJoin(arrayZip(${lists.join(', ')})) AS k))`;
    const { narrowed, params } = narrowing(contract, wanted);
    const filtering = new Filtering(this.source.rows(contract, own), narrowed).add(isOne, own);
    const listed = Object.fromEntries(own.map((_field, i) => [`keys${i}`, keys.map((key) => key[i] ?? '')]));
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
    return isFollowed ? new Map() : this.reading.wanted(branch);
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
  const envelope = ['toInt64(atMs)', orderSql(contract), 'id', 'toUInt64(version)', 'toUInt64(streamOffset)', 'toString(hash)'];
  return `tuple(${[...envelope, ...fields.map((field) => slotExpression(column(contract, field)))].join(', ')})`;
}

function placesOf(contract: Contract, fields: readonly string[]): Places {
  const place = (field: string, i: number) =>
    [field, { index: ENVELOPE_CELLS + i, isNumber: column(contract, field).slotClass === 'number' }] as const;
  return new Map(fields.map(place));
}

/** Conditions that a row has one of the wanted codes. */
function narrowing(contract: Contract, wanted: WantedValues = new Map()): { narrowed: Narrowed[]; params: Record<string, string> } {
  const params: Record<string, string> = {};
  const narrowed = [...wanted].map(([field, values]) => {
    const literals = [...values].map((value) => {
      const name = `wanted${Object.keys(params).length}`;
      params[name] = value;
      return `{${name}:String}`;
    });
    return { field, sql: `${column(contract, field).sql} IN (${literals.join(', ')})` };
  });
  return { narrowed, params };
}
