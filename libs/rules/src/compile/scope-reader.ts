import type { Contract } from '@tianyan/contracts';
import { compareBytes } from '@tianyan/kernel';
import type { SqlQuery } from '@tianyan/warehouse';
import type { Field } from '../expression/expr.js';
import { orderSql, waySelects } from './way-sql.js';
import { column, slotExpression } from './columns.js';
import type { Conditioned } from './predicate.js';
import type { RecordSource } from './record-source.js';
import { ENVELOPE_CELLS, linkedRecord, scopedRecord, type Cell, type RecordCells } from './record-cells.js';
import type { TimelineRecord } from './scope-rows.js';
import { scopeKey } from '../scope-key.js';
import type { Bit, Branch, Reading } from './timeline.js';

/** Answers a query with its rows. */
export type Ask = (query: SqlQuery) => Promise<readonly unknown[]>;

type Link = NonNullable<Branch['link']>;
/** Where the fields of a type stand in a row. */
type Places = ReadonlyMap<string, { index: number; isNumber: boolean }>;

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
      reading.branches.map(({ contract }) => [
        contract.type,
        new Map(
          this.fieldsOf(contract).map((field, i) => [
            field,
            { index: ENVELOPE_CELLS + i, isNumber: column(contract, field).slotClass === 'number' },
          ]),
        ),
      ]),
    );
    this.followed = reading.branches.filter((branch) => this.isFollowed(branch));
    this.asked = reading.branches.filter((branch) => !this.followed.includes(branch));
    this.order = new Map(reading.types.map((type, i) => [type, i]));
    this.alone = new Map(reading.branches.map((branch) => [branch, [branch]]));
  }

  /** The sorted records of each scope that has any. */
  async records(scopes: readonly string[], ask: Ask): Promise<Map<string, TimelineRecord[]>> {
    const found = new Gathered();
    await Promise.all(this.asked.map((branch) => this.readScopes(branch, scopes, ask, found)));
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
    const wanted = { records: this.source, reach: 'scopes', columns: ['record'], where: '1' } as const;
    const selects = waySelects(branch, { ...wanted, expressions: [`${this.recordSql(branch.contract)} AS record`] });
    const answer = await ask({
      sql: selects.map((select) => select + after).join('\nUNION ALL\n'),
      params: { ...this.source.params, scopes },
    });
    for (const row of answer) {
      const { scope, record } = scopedRecord(row);
      found.add(this.found(branch, scope, record));
    }
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
        const keys = [...scopesOf.values()].map(({ key }) => key);
        for (let start = 0; start < keys.length; start += MAX_KEYS_PER_QUERY) {
          const query = this.linkedQuery(branch.contract, own, keys.slice(start, start + MAX_KEYS_PER_QUERY));
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

  private linkedQuery(contract: Contract, own: readonly string[], keys: readonly (readonly string[])[]): SqlQuery {
    const { from, leading } = this.source.rows(contract, own);
    // See scopeFilters: fields that lead the sort key may be asked before FINAL.
    const filter = leading === own.length ? 'PREWHERE' : 'WHERE';
    const lists = own.map((_field, i) => `{keys${i}:Array(String)}`);
    const columns = own.map((field) => column(contract, field).sql);
    const wanted =
      own.length === 1
        ? `${columns[0]} IN (SELECT arrayJoin(${lists[0]}))`
        : `(${columns.join(', ')}) IN (SELECT ${own.map((_field, i) => `k.${i + 1}`).join(', ')} FROM (SELECT arrayJoin(arrayZip(${lists.join(', ')})) AS k))`;
    const params = Object.fromEntries(own.map((_field, i) => [`keys${i}`, keys.map((key) => key[i] ?? '')]));
    return {
      sql: `SELECT\n  ${this.recordSql(contract)} AS record\nFROM ${from}\n${filter} ${wanted}`,
      params: { ...this.source.params, ...params },
    };
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

  private found(branch: Branch, scope: string, record: RecordCells): Found {
    const { type } = branch.contract;
    return new Found(this.reading, this.alone.get(branch) ?? [branch], type, this.places.get(type) ?? new Map(), scope, record);
  }

  private recordSql(contract: Contract): string {
    const envelope = ['toInt64(atMs)', orderSql(contract), 'id', 'toUInt64(version)', 'toUInt64(streamOffset)', 'toString(hash)'];
    const fields = this.fieldsOf(contract).map((field) => slotExpression(column(contract, field)));
    return `tuple(${[...envelope, ...fields].join(', ')})`;
  }
}

/**
 * Records of one reading, each counted for every scope that it belongs to: some hundred megabytes. Ten thousand orders have half as many;
 * but thousands of complaints about one thing, each linked to all the others, would have millions, and the process would die of them.
 */
export const MAX_GATHERED_RECORDS = 200_000;

/** More records than the process should hold at once: SQL answers then. */
export class TooManyRecordsError extends RangeError {
  override readonly name = 'TooManyRecordsError';

  constructor() {
    super(`more than ${MAX_GATHERED_RECORDS} records in one reading`);
  }
}

/** Most scopes have a handful of records: among so few the same one is looked for faster than in a map of its own for each. */
const FEW_RECORDS = 16;

/** Records of one scope, each once. */
class OfScope {
  readonly records: Found[] = [];
  private byKey: Map<string, Found> | null = null;

  /** False where it is there: then it has come by another way, too. */
  add(record: Found): boolean {
    const same = this.same(record);
    if (same) {
      same.cameAlsoBy(record);
      return false;
    }
    this.records.push(record);
    this.byKey?.set(record.key, record);
    return true;
  }

  private same(record: Found): Found | undefined {
    if (this.records.length < FEW_RECORDS) return this.records.find(({ id, type }) => id === record.id && type === record.type);
    this.byKey ??= new Map(this.records.map((known) => [known.key, known]));
    return this.byKey.get(record.key);
  }
}

/** Records by scope, each once however many ways lead to it. */
class Gathered {
  private readonly scopes = new Map<string, OfScope>();
  private count = 0;

  add(record: Found): void {
    const { scope } = record;
    let known = this.scopes.get(scope);
    if (!known) this.scopes.set(scope, (known = new OfScope()));
    if (known.add(record) && ++this.count > MAX_GATHERED_RECORDS) throw new TooManyRecordsError();
  }

  /** Those that came by a branch. */
  of(is: (branch: Branch) => boolean): Found[] {
    return [...this.scopes.values()].flatMap(({ records }) => records.filter(({ branches }) => branches.some(is)));
  }

  sorted(order: (a: Found, b: Found) => number): Map<string, TimelineRecord[]> {
    return new Map([...this.scopes].map(([scope, { records }]) => [scope, records.sort(order)]));
  }
}

/** Small integers: a number with more bits becomes an object of its own. */
const BITS_PER_WORD = 30;

class Found implements TimelineRecord, Conditioned {
  readonly type: string;
  readonly atMs: number;
  readonly order: number;
  readonly id: string;
  readonly version: number;
  readonly streamOffset: number;
  readonly hash: string;
  branches: readonly Branch[];
  /**
   * Of which inputs it is, as far as that was asked; a record is asked for some forty, by several rules each. The first words stand
   * in the record itself: lists for them were larger than all the rest of it.
   */
  private asked = 0;
  private set = 0;
  private askedNext = 0;
  private setNext = 0;
  private further: Map<Bit, boolean> | null = null;

  constructor(
    private readonly reading: Reading,
    /** One list for all that came by the branch alone. */
    branches: readonly Branch[],
    type: string,
    private readonly places: Places,
    readonly scope: string,
    private readonly row: RecordCells,
  ) {
    this.type = type;
    this.branches = branches;
    [this.atMs, this.order, this.id, this.version, this.streamOffset, this.hash] = row;
  }

  get key(): string {
    return `${this.type}\n${this.id}`;
  }

  cameAlsoBy({ branches }: Found): void {
    this.branches = [...new Set([...this.branches, ...branches])];
  }

  field(name: string): Field {
    return cellOf(this.row, this.places.get(name));
  }

  is(bit: Bit): boolean {
    const mask = 1 << (bit % BITS_PER_WORD);
    if (bit < BITS_PER_WORD) {
      if ((this.asked & mask) !== 0) return (this.set & mask) !== 0;
      this.asked |= mask;
      if (!this.passes(bit)) return false;
      this.set |= mask;
      return true;
    }
    if (bit < 2 * BITS_PER_WORD) {
      if ((this.askedNext & mask) !== 0) return (this.setNext & mask) !== 0;
      this.askedNext |= mask;
      if (!this.passes(bit)) return false;
      this.setNext |= mask;
      return true;
    }
    this.further ??= new Map();
    const known = this.further.get(bit);
    if (known !== undefined) return known;
    const is = this.passes(bit);
    this.further.set(bit, is);
    return is;
  }

  private passes(bit: Bit): boolean {
    const { branch, passes } = this.reading.input(bit);
    return this.branches.includes(branch) && passes(this);
  }
}

/** Null as soon as one of the fields is missing. */
function keyOf(fields: readonly string[], field: (name: string) => Field): string[] | null {
  const values = fields.map(field);
  return values.includes(null) ? null : values.map(String);
}

function cellOf(row: RecordCells, place: { index: number; isNumber: boolean } | undefined): Field {
  return place ? fieldOf(row[place.index] ?? null, place.isNumber) : null;
}

/** 64-bit numbers come as text where the client keeps them exact. */
function fieldOf(cell: Cell, isNumber: boolean): Field {
  if (cell === null) return null;
  return isNumber ? Number(cell) : String(cell);
}

function compare(a: Found, b: Found, types: ReadonlyMap<string, number>): number {
  return a.atMs - b.atMs || a.order - b.order || compareBytes(a.id, b.id) || (types.get(a.type) ?? 0) - (types.get(b.type) ?? 0);
}
