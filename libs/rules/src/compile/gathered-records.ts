import { compareBytes } from '@tianyan/kernel';
import type { Field } from '../expression/expr.js';
import type { Conditioned } from './predicate.js';
import type { Cell, RecordCells } from './record-cells.js';
import type { TimelineRecord } from './scope-rows.js';
import type { Bit, Branch, Reading } from './timeline.js';

/** Where the fields of a type stand in a row. */
export type Places = ReadonlyMap<string, { index: number; isNumber: boolean }>;

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
export class Gathered {
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

export class Found implements TimelineRecord, Conditioned {
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
export function keyOf(fields: readonly string[], field: (name: string) => Field): string[] | null {
  const values = fields.map(field);
  return values.includes(null) ? null : values.map(String);
}

export function cellOf(row: RecordCells, place: { index: number; isNumber: boolean } | undefined): Field {
  return place ? fieldOf(row[place.index] ?? null, place.isNumber) : null;
}

/** 64-bit numbers come as text where the client keeps them exact. */
function fieldOf(cell: Cell, isNumber: boolean): Field {
  if (cell === null) return null;
  return isNumber ? Number(cell) : String(cell);
}

export function compare(a: Found, b: Found, types: ReadonlyMap<string, number>): number {
  return a.atMs - b.atMs || a.order - b.order || compareBytes(a.id, b.id) || (types.get(a.type) ?? 0) - (types.get(b.type) ?? 0);
}
