import type { Catalogue } from '@tianyan/contracts';
import type { Input } from '../language/inputs.js';
import type { RuleDefinition } from '../language/rule.js';
import { orderSql, waySelects, type Way } from './way-sql.js';
import { column, slotExpression, SLOT_TYPE, type SlotClass } from './columns.js';
import { makingFilters, whereSql, type ConditionScope } from './conditions.js';
import type { QueryParams } from './params.js';
import { exceptionPredicate, wherePredicate, type Predicate } from './predicate.js';
import type { CalendarDays } from '../expression/calendar-days.js';
import type { Field } from '../expression/expr.js';
import { markOf, type ListNames } from './list-names.js';
import { indent } from './pipeline.js';
import type { RecordSource } from './record-source.js';
import { type Reach, scopeFields, rowScopeSql } from './scope.js';
import { ofAny, wantedValues, type WantedValues } from './wanted-values.js';

/** One bit of a row's mask: the row satisfies one condition (an input of a rule, perhaps less its exceptions). */
export type Bit = number;

/** Bits of a mask word. */
export const WORD_BITS = 64;

/** Rows of one type that reach their scopes in one way: by their own fields, or over the subject of a join. */
export interface Branch extends Way {
  /** Condition SQL of each bit that this branch sets. */
  bits: Map<string, Bit>;
}

/** What the process needs to read and sort out records as the query does. */
export interface Reading {
  branches: readonly Branch[];
  /** Fields of a type that are looked at, envelope fields among them. */
  fields(type: string): readonly string[];
  /** Fields of a type that conditions look at. */
  conditioned(type: string): readonly string[];
  /** Which records are of an input, in which way to a scope. */
  input(bit: Bit): { branch: Branch; passes: Predicate };
  /** Outside of these a record that came by the branch is of no input. */
  wanted(branch: Branch): WantedValues;
  /** Record types in the order in which they break the last ties. */
  types: readonly string[];
}

interface Slot {
  slotClass: SlotClass;
  index: number;
}

/**
 * The rows of all rules of a group as one array per scope, sorted by (atMs, order, id, type): the timeline. Each table is read once,
 * whatever the number of rules; which rows belong to which input is a bit of the row's mask, computed while reading.
 * Positions in the sorted array *are* the total order, so the rules compare small integers.
 */
export class TimelineBuilder {
  private readonly branches = new Map<string, Branch>();
  private readonly slots = new Map<string, Slot>();
  private readonly slotCounts: Record<SlotClass, Map<string, number>> = { number: new Map(), text: new Map() };
  private bitCount = 0;
  private readonly names: string[] = [];
  /** The same conditions for the process, by bit. */
  private readonly predicates: { branch: Branch; passes: Predicate; wanted: WantedValues }[] = [];
  /** Fields that lists or conditions ask for, by type. */
  private readonly asked = new Map<string, Set<string>>();
  /** Those of conditions alone. */
  private readonly conditioned = new Map<string, Set<string>>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly scope: readonly string[],
    private readonly params: QueryParams,
    /** For the process; null: only SQL is written. */
    private readonly calendar: CalendarDays | null = null,
  ) {}

  /**
   * The bit of an input; with `exempt`, less the records that the rule's exceptions and sources leave out.
   * @param called what a reader of the query calls the input; of rules that share a bit the first says it
   */
  bit(rule: RuleDefinition, name: string, exempt: boolean, called: string): Bit {
    const input = inputOf(rule, name);
    const branch = this.branchOf(rule, input);
    const scope: ConditionScope = { contract: branch.contract, parameters: rule.parameters, params: this.params };
    const key = branch.link ? null : rowScopeSql(branch.contract, branch.fields);
    const filters = exempt ? makingFilters(rule, input, key, scope) : [whereSql(input.where, scope)];
    const sql = filters.filter((part) => part !== '1').join(' AND ') || '1';
    const known = branch.bits.get(sql);
    if (known !== undefined) return known;
    const bit = this.bitCount++;
    branch.bits.set(sql, bit);
    // Its `where` comes first, and what leaves out records after it.
    this.names[bit] = sql === filters[0] ? called : `${called}_counting`;
    const wanted = wantedValues(input.where, branch.contract);
    this.predicates[bit] = { branch, passes: this.predicate(rule, branch, input, exempt), wanted };
    return bit;
  }

  /** The records of a bit in words of the rule: its input; only those of it that count, where exceptions leave some out. */
  called(bit: Bit): string {
    return this.names[bit] ?? raise();
  }

  private predicate(rule: RuleDefinition, branch: Branch, input: Input, exempt: boolean): Predicate {
    const { contract } = branch;
    const place = { contract, rule, calendar: this.calendar };
    const asked = (field: string) => {
      this.ask(contract.type, field);
      this.conditioned.set(contract.type, (this.conditioned.get(contract.type) ?? new Set()).add(field));
    };
    const passes = wherePredicate(input.where, place, asked);
    if (!exempt) return passes;
    const excused = rule.exceptions
      .map((exception) => exceptionPredicate(exception, branch.link === null, place, asked))
      .filter((covers) => covers !== null);
    const sources = rule.sources ? new Set<Field>(rule.sources) : null;
    if (sources) asked('source');
    return (record) =>
      passes(record) && (sources === null || sources.has(record.field('source'))) && !excused.some((covers) => covers(record));
  }

  private ask(type: string, field: string): void {
    const fields = this.asked.get(type) ?? new Set();
    this.asked.set(type, fields.add(field));
  }

  /** How the records of the rules reach their scopes, and what of them is looked at. */
  reading(): Reading {
    return {
      branches: [...this.branches.values()],
      fields: (type) => [...(this.asked.get(type) ?? [])].toSorted(),
      conditioned: (type) => [...(this.conditioned.get(type) ?? [])].toSorted(),
      input: (bit) => this.predicates[bit] ?? raise(),
      wanted: (branch) => ofAny(this.predicates.flatMap((input) => (input.branch === branch ? [input.wanted] : []))),
      types: this.types(),
    };
  }

  /** The column of a field's values in the rows. Types share slots: a row as wide as the widest type, not as all together. */
  slot(type: string, field: string): { name: string; slotClass: SlotClass } {
    const key = `${type} ${field}`;
    this.ask(type, field);
    const { slotClass } = column(this.catalogue.get(type), field);
    let slot = this.slots.get(key);
    if (!slot) {
      const counts = this.slotCounts[slotClass];
      const index = counts.get(type) ?? 0;
      counts.set(type, index + 1);
      slot = { slotClass, index };
      this.slots.set(key, slot);
    }
    return { name: slotKey(slot), slotClass };
  }

  words(): number {
    return Math.max(1, Math.ceil(this.bitCount / WORD_BITS));
  }

  /** Record types read, sorted: a row carries the index of its type here. */
  types(): string[] {
    return [...new Set([...this.branches.values()].map((branch) => branch.contract.type))].sort();
  }

  /** SQL that is true when the mask words have any of the bits. `word` names the expression of a mask word. */
  maskTest(bits: readonly Bit[], word: (index: number) => string): string {
    const masks = new Map<number, bigint>();
    for (const bit of bits) {
      const index = Math.floor(bit / WORD_BITS);
      masks.set(index, (masks.get(index) ?? 0n) | (1n << BigInt(bit % WORD_BITS)));
    }
    return [...masks].map(([index, mask]) => `bitAnd(${word(index)}, ${mask}) != 0`).join(' OR ') || '0';
  }

  /**
   * Replaces `tupleIndex(name)` by the index of that column in a row: known only when all rules of the group have asked for
   * their bits and slots.
   */
  resolve(sql: string): string {
    const columns = this.rowColumns();
    return sql.replaceAll(/«(\w+)»/g, (_match, name: string) => `${columns.indexOf(name) + 1} /* ${markedName(name)} */`);
  }

  private widest(slotClass: SlotClass): number {
    return Math.max(0, ...this.slotCounts[slotClass].values());
  }

  /** `SELECT scope, timeline …` of the scopes within reach, over the records of a source. */
  sql(reach: Reach, records: RecordSource, lists: ListNames): string {
    const columns = this.rowColumns().map((key) => this.rowColumn(key, lists));
    const byType = Map.groupBy(this.branches.values(), (branch) => branch.contract.type);
    const parts = [...byType].map(([, branches]) => {
      const selects = branches.map((branch) => this.branchSql(branch, reach, records));
      const [only] = selects;
      const twice = branches.length > 1 || branches.some((branch) => (branch.link?.on.length ?? 0) > 1);
      return twice || only === undefined ? this.onceEach(selects) : only;
    });
    return `SELECT\n  scope,\n  arraySort(groupArray(tuple(${columns.join(', ')}))) AS timeline\nFROM (\n${indent(parts.join('\nUNION ALL\n'))}\n)\nGROUP BY scope`;
  }

  /** A record that reaches a scope in several ways stands in its timeline once, with all its bits. */
  private onceEach(selects: readonly string[]): string {
    const columns = this.rowColumns();
    const keys = ['atMs', 'ord', 'id', 'type'];
    const merged = columns
      .filter((name) => !keys.includes(name))
      .map((key) => `${MASK_WORD.test(key) ? 'groupBitOr' : 'any'}(r.${markedName(key)}) AS ${markedName(key)}`);
    const select = `SELECT\n${indent(['scope', ...keys, ...merged].join(',\n'))}`;
    return `${select}\nFROM (\n${indent(selects.join('\nUNION ALL\n'))}\n) AS r\nGROUP BY scope, ${keys.join(', ')}`;
  }

  /** Keys of a row's columns: those of mask words and slots are told by a letter and a number. */
  private rowColumns(): string[] {
    const keys = [...FIXED_COLUMNS] as string[];
    for (let i = 0; i < this.words(); i++) keys.push(`m${i}`);
    for (let i = 0; i < this.widest('number'); i++) keys.push(`n${i}`);
    for (let i = 0; i < this.widest('text'); i++) keys.push(`t${i}`);
    return keys;
  }

  private rowColumn(key: string, lists: ListNames): string {
    if (isFixed(key)) return key;
    return lists.mark(key, () => (MASK_WORD.test(key) ? this.contentOf(key) : `cell_${this.contentOf(key)}`));
  }

  /** What stands in a mask word or a slot, as a name: marks, or fields of as many types as share the slot. */
  contentOf(key: string): string {
    if (MASK_WORD.test(key)) return this.words() === 1 ? 'marks' : `marks${key.slice(1)}`;
    const own = [...this.slots].filter(([, slot]) => slotKey(slot) === key).map(([of]) => of.split(' ')[1]);
    const [first = '', second, ...others] = new Set(own);
    if (second === undefined) return first;
    return others.length === 0 ? `${first}_or_${second}` : `${first}_or_others`;
  }

  private branchSql(branch: Branch, reach: Reach, records: RecordSource): string {
    const expressions = this.rowExpressions(branch);
    const where = `(${this.anyBitSql(branch)})`;
    const columns = this.rowColumns().map(markedName);
    return waySelects(branch, { records, reach, columns, expressions, where }).join('\nUNION ALL\n');
  }

  private anyBitSql(branch: Branch): string {
    return branch.bits.has('1') ? '1' : [...branch.bits.keys()].map((sql) => `(${sql})`).join(' OR ');
  }

  private rowExpressions(branch: Branch): string[] {
    const type = branch.contract.type;
    const fixed = [
      'toInt64(atMs)',
      orderSql(branch.contract),
      'id',
      `toUInt8(${this.types().indexOf(type)} /* ${type} */)`,
      'toUInt64(version)',
      'toUInt64(streamOffset)',
      'toString(hash)',
    ];
    const expressions = FIXED_COLUMNS.map((name, i) => `${fixed[i]} AS ${name}`);
    for (let word = 0; word < this.words(); word++)
      expressions.push(`${this.wordSql(branch, word)} AS ${markedName(`m${word}`)}`);
    for (const slotClass of ['number', 'text'] as const) {
      const byIndex = new Map<number, string>();
      for (const [key, slot] of this.slots) {
        const [slotType, field = ''] = key.split(' ');
        if (slotType === type && slot.slotClass === slotClass)
          byIndex.set(slot.index, slotExpression(column(branch.contract, field)));
      }
      for (let i = 0; i < this.widest(slotClass); i++)
        expressions.push(
          `${byIndex.get(i) ?? `CAST(NULL, '${SLOT_TYPE[slotClass]}')`} AS ${markedName(slotKey({ slotClass, index: i }))}`,
        );
    }
    return expressions;
  }

  private wordSql(branch: Branch, word: number): string {
    const parts = [...branch.bits]
      .filter(([, bit]) => Math.floor(bit / WORD_BITS) === word)
      .map(([sql, bit]) => {
        const mark = `${1n << BigInt(bit % WORD_BITS)} /* ${this.called(bit)} */`;
        return sql === '1' ? mark : `if(${sql}, ${mark}, 0)`;
      });
    return `toUInt64(${parts.join(' + ') || '0'})`;
  }

  private branchOf(rule: RuleDefinition, input: Input): Branch {
    const contract = this.catalogue.get(input.type);
    const fields = input.link ? [] : scopeFields(this.scope, input);
    const subject = input.link && inputOf(rule, input.link.to);
    const link =
      input.link && subject
        ? { subject: this.catalogue.get(subject.type), subjectFields: scopeFields(this.scope, subject), on: input.link.on }
        : null;
    const key = JSON.stringify([contract.type, fields, link && [link.subject.type, link.subjectFields, link.on]]);
    let branch = this.branches.get(key);
    if (!branch) {
      branch = { contract, fields, link, bits: new Map() };
      this.branches.set(key, branch);
    }
    return branch;
  }
}

/** Stands in SQL for the index of a row's column until {@link TimelineBuilder.resolve}. */
export function tupleIndex(name: string): string {
  return `«${name}»`;
}

/** A slot's column, or a mask word's, is named when it is known what shares it; the mark of its name stands for it until then. */
function markedName(key: string): string {
  return isFixed(key) ? key : markOf(key);
}

function isFixed(key: string): boolean {
  return FIXED_COLUMNS.some((name) => name === key);
}

function slotKey({ slotClass, index }: Slot): string {
  return `${slotClass === 'number' ? 'n' : 't'}${index}`;
}

const MASK_WORD = /^m\d+$/;

/** Columns of every row, before mask words and slots; the first four are the order. */
export const FIXED_COLUMNS = ['atMs', 'ord', 'id', 'type', 'version', 'streamOffset', 'hash'] as const;

export function inputOf(rule: RuleDefinition, name: string): Input {
  const input = rule.inputs[name];
  if (!input) throw new RangeError(`rule ${rule.id} has no input ${name}`);
  return input;
}

function raise(): never {
  throw new TypeError('a part of the timeline is missing');
}
