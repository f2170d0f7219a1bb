import type { Contract } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { z } from 'zod';
import type { Field } from '../expression/expr.js';
import { orderSql, waySelects } from './way-sql.js';
import { column, findColumn, slotExpression } from './columns.js';
import type { Conditioned } from './predicate.js';
import type { RecordSource } from './record-source.js';
import { integer } from './row.js';
import type { TimelineRecord } from './scope-rows.js';
import type { Bit, Branch, Reading } from './timeline.js';

const rowSchema = z.object({
  scope: z.string(),
  record: z
    .tuple([integer, integer, z.string(), integer, integer, z.string()])
    .rest(z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** Reads the records of some scopes by plain queries, one for each way to a scope, without the text of any rule. */
export class ScopeReader {
  constructor(
    private readonly reading: Reading,
    private readonly source: RecordSource,
  ) {}

  /** One query for each way; see {@link records}. */
  queries(scopes: readonly string[]): SqlQuery[] {
    return this.reading.branches.map((branch) => ({ sql: this.sql(branch), params: { ...this.source.params, scopes } }));
  }

  /** The sorted records of each scope, from what the queries gave, in their order. */
  records(answers: readonly (readonly unknown[])[]): Map<string, TimelineRecord[]> {
    const scopes = new Map<string, Map<string, Found>>();
    for (const [i, branch] of this.reading.branches.entries()) {
      const fields = this.reading.fields(branch.contract.type);
      for (const row of answers[i] ?? []) {
        const { scope, record } = rowSchema.parse(row);
        const found = new Found(this.reading, branch, fields, scope, record);
        const known = scopes.get(scope) ?? new Map<string, Found>();
        scopes.set(scope, known);
        const same = known.get(found.key);
        if (same) same.branches.add(branch);
        else known.set(found.key, found);
      }
    }
    const order = new Map(this.reading.types.map((type, i) => [type, i]));
    return new Map([...scopes].map(([scope, found]) => [scope, [...found.values()].sort((a, b) => compare(a, b, order))]));
  }

  private sql(branch: Branch): string {
    const expressions = [`${this.recordSql(branch.contract)} AS record`];
    return waySelects(branch, { records: this.source, reach: 'scopes', columns: ['record'], expressions, where: '1' }).join(
      '\nUNION ALL\n',
    );
  }

  private recordSql(contract: Contract): string {
    const envelope = ['toInt64(atMs)', orderSql(contract), 'id', 'toUInt64(version)', 'toUInt64(streamOffset)', 'toString(hash)'];
    const fields = this.reading.fields(contract.type).map((field) => slotExpression(column(contract, field)));
    return `tuple(${[...envelope, ...fields].join(', ')})`;
  }
}

type Cell = z.output<typeof rowSchema>['record'][number];

class Found implements TimelineRecord, Conditioned {
  readonly type: string;
  readonly atMs: number;
  readonly order: number;
  readonly id: string;
  readonly version: number;
  readonly streamOffset: number;
  readonly hash: string;
  readonly branches: Set<Branch>;
  private readonly known = new Map<string, Field>();
  private readonly of = new Map<Bit, boolean>();

  constructor(
    private readonly reading: Reading,
    branch: Branch,
    fields: readonly string[],
    readonly scope: string,
    [atMs, order, id, version, streamOffset, hash, ...cells]: z.output<typeof rowSchema>['record'],
  ) {
    this.type = branch.contract.type;
    this.branches = new Set([branch]);
    [this.atMs, this.order, this.id, this.version, this.streamOffset, this.hash] = [atMs, order, id, version, streamOffset, hash];
    fields.forEach((field, i) =>
      this.known.set(field, fieldOf(cells[i] ?? null, findColumn(branch.contract, field)?.slotClass === 'number')),
    );
  }

  get key(): string {
    return `${this.type}\n${this.id}`;
  }

  field(name: string): Field {
    return this.known.get(name) ?? null;
  }

  is(bit: Bit): boolean {
    let is = this.of.get(bit);
    if (is === undefined) {
      const { branch, passes } = this.reading.input(bit);
      is = this.branches.has(branch) && passes(this);
      this.of.set(bit, is);
    }
    return is;
  }
}

/** 64-bit numbers come as text where the client keeps them exact. */
function fieldOf(cell: Cell | null, isNumber: boolean): Field {
  if (cell === null) return null;
  return isNumber ? Number(cell) : String(cell);
}

function compare(a: Found, b: Found, types: ReadonlyMap<string, number>): number {
  return a.atMs - b.atMs || a.order - b.order || compareBytes(a.id, b.id) || (types.get(a.type) ?? 0) - (types.get(b.type) ?? 0);
}

/** The order of texts by their UTF-8 bytes, as ClickHouse sorts them: code units of pairs stand behind all others. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return ranked(left) - ranked(right);
  }
  return a.length - b.length;
}

function ranked(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
