import type { Catalogue } from '@tianyan/contracts';
import type { RuleDefinition } from '../language/rule.js';
import type { Amount, ParameterRef, Span } from '../language/values.js';
import { column, type Column } from './columns.js';
import { NOW, type QueryParams } from './params.js';
import type { Pipeline } from './pipeline.js';
import { inputOf, tupleIndex, type Bit, type TimelineBuilder } from './timeline.js';

/** Stages of the pipeline: the timeline cut at now, the inputs picked out of it, then the kinds' own columns. */
export const CUT_STAGE = 0;
export const PICK_STAGE = 1;
export const KIND_STAGE = 2;

const SPAN_MS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 } as const;

/** What a kind gives back, as SQL over the columns of the pipeline. */
export interface KindSql {
  hit: string;
  /** Instant at which the problem came about; only read with a hit. */
  occurredAt: string;
  /** Array(Int64) of instants later than now at which the answer can change by time alone. */
  deadlines: string;
  /** Array(Tuple(position UInt32, role UInt8)): the first role of a position counts. */
  evidence: string;
  figures: Readonly<Record<string, string>>;
  /** For a kind that judges single records: SQL of a field of the record that the figures speak of; by input name. */
  chosen?: { input: string; field(field: string): string };
  /** Further instants later than now, beyond those of the rule's own inputs: Array(Int64). */
  future?: string;
}

/** Everything a kind needs to write its SQL: inputs as arrays of the scope's existing records, in order. */
export class RuleContext {
  private readonly inputNames: readonly string[];

  constructor(
    readonly rule: RuleDefinition,
    readonly catalogue: Catalogue,
    readonly timeline: TimelineBuilder,
    readonly pipeline: Pipeline,
    readonly params: QueryParams,
    /** Prefix of this rule's own columns. */
    readonly prefix: string,
  ) {
    this.inputNames = Object.keys(rule.inputs);
  }

  /** The bit of an input where its records make a problem: less the exceptions. */
  maker(name: string): Bit {
    return this.timeline.bit(this.rule, name, true);
  }

  /** The bit of an input where its records excuse, or only inform. */
  plain(name: string): Bit {
    return this.timeline.bit(this.rule, name, false);
  }

  /** Number by which evidence names the input. */
  role(name: string): number {
    return this.inputNames.indexOf(name);
  }

  column(input: string, field: string): Column {
    return column(this.catalogue.get(inputOf(this.rule, input).type), field);
  }

  /** A stage-local column of this rule. */
  add(stage: number, name: string, sql: string): string {
    return this.pipeline.add(stage, `${this.prefix}_${name}`, sql);
  }

  /** Positions of the existing records of a bit. */
  positions(bit: Bit): string {
    return this.pick(bit, 'ix', 'ix');
  }

  /** Instants of the existing records of a bit. */
  instants(bit: Bit): string {
    return this.pick(bit, 'at', 'at');
  }

  /** Values of a field (nullable) of the existing records of a bit. */
  values(bit: Bit, input: string, field: string): string {
    const { name } = this.timeline.slot(inputOf(this.rule, input).type, field);
    return this.pick(bit, name, this.cut(name));
  }

  /** Values of a field over all existing records, aligned with `ix` and `at`; only those of the input's type mean that field. */
  aligned(input: string, field: string): string {
    return this.cut(this.timeline.slot(inputOf(this.rule, input).type, field).name);
  }

  /** Values of a field of *all* records of the timeline, also future ones; aligned with {@link allWord}. */
  allValues(input: string, field: string): string {
    return `tupleElement(timeline, ${tupleIndex(this.timeline.slot(inputOf(this.rule, input).type, field).name)})`;
  }

  /** Instants of all records of the timeline, also future ones. */
  allInstants(): string {
    return `tupleElement(timeline, ${tupleIndex('atMs')})`;
  }

  /** An array aligned with the existing records, reduced to those of a bit. */
  pick(bit: Bit, name: string, source: string): string {
    const word = this.cut(`m${Math.floor(bit / 64)}`);
    return this.pipeline.add(PICK_STAGE, `b${bit}_${name}`, `arrayFilter((x, m) -> bitTest(m, ${bit % 64}), ${source}, ${word})`);
  }

  /** For lambdas over the existing records: the test of their masks, its arguments, and the arrays to pass for them. */
  maskLambda(bits: readonly Bit[]): { args: string; arrays: string; test: string } {
    const words = [...new Set(bits.map((bit) => Math.floor(bit / 64)))];
    return {
      args: words.map((word) => `w${word}`).join(', '),
      arrays: words.map((word) => this.cut(`m${word}`)).join(', '),
      test: this.timeline.maskTest(bits, (word) => `w${word}`),
    };
  }

  /** The same over all records of the timeline, also future ones. */
  allMaskLambda(bits: readonly Bit[]): { args: string; arrays: string; test: string } {
    const words = [...new Set(bits.map((bit) => Math.floor(bit / 64)))];
    return {
      args: words.map((word) => `w${word}`).join(', '),
      arrays: words.map((word) => `tupleElement(timeline, ${tupleIndex(`m${word}`)})`).join(', '),
      test: this.timeline.maskTest(bits, (word) => `w${word}`),
    };
  }

  /** A number of the rule: written out, or a plain parameter. */
  amount(amount: Amount | ParameterRef): string {
    return this.params.add(this.amountValue(amount), 'Int64');
  }

  amountValue(amount: Amount | ParameterRef): number {
    if (typeof amount === 'number') return amount;
    const value = this.rule.parameters[amount.parameter]?.value;
    if (value === undefined) throw new RangeError(`rule ${this.rule.id}: parameter ${amount.parameter} has no single value`);
    return value;
  }

  spanMs(span: Span): string {
    for (const unit of ['days', 'hours', 'minutes'] as const) {
      const amount = span[unit];
      if (amount !== undefined) return `${this.amount(amount)} * ${SPAN_MS[unit]}`;
    }
    throw new TypeError(`rule ${this.rule.id}: empty span`);
  }

  /** A row's column over the existing records. */
  private cut(name: string): string {
    return this.pipeline.add(CUT_STAGE, `c_${name}`, `arraySlice(tupleElement(timeline, ${tupleIndex(name)}), 1, n)`);
  }
}

export { NOW };
