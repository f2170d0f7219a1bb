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
  /** Of which inputs it is, as far as that was asked; a record is asked for some forty, by several rules each. */
  private readonly askedBits: number[] = [];
  private readonly setBits: number[] = [];

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
    const place = this.places.get(name);
    return place ? fieldOf(this.row[place.index] ?? null, place.isNumber) : null;
  }

  is(bit: Bit): boolean {
    const word = Math.trunc(bit / BITS_PER_WORD);
    const mask = 1 << (bit % BITS_PER_WORD);
    const asked = this.askedBits[word] ?? 0;
    if ((asked & mask) !== 0) return ((this.setBits[word] ?? 0) & mask) !== 0;
    const { branch, passes } = this.reading.input(bit);
    const is = this.branches.includes(branch) && passes(this);
    this.askedBits[word] = asked | mask;
    if (is) this.setBits[word] = (this.setBits[word] ?? 0) | mask;
    return is;
  }
}

/** Null as soon as one of the fields is missing. */
export function keyOf(record: Found, fields: readonly string[]): string[] | null {
  const values = fields.map((field) => record.field(field));
  return values.includes(null) ? null : values.map(String);
}

/** 64-bit numbers come as text where the client keeps them exact. */
function fieldOf(cell: Cell, isNumber: boolean): Field {
  if (cell === null) return null;
  return isNumber ? Number(cell) : String(cell);
}

export function compare(a: Found, b: Found, types: ReadonlyMap<string, number>): number {
  return a.atMs - b.atMs || a.order - b.order || compareBytes(a.id, b.id) || (types.get(a.type) ?? 0) - (types.get(b.type) ?? 0);
}
