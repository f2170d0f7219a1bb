import type { Catalogue } from '@tianyan/contracts';
import { constant, leaf, step, type Env, type Expr, type Field } from '../expression/expr.js';
import { areAmong } from '../expression/operators/groups.js';
import { concat, fieldAt, filter, isIn, isSome, map, numberAt, when } from '../expression/operators/lists.js';
import { either, not } from '../expression/operators/tests.js';
import { number, plus, times } from '../expression/operators/values.js';
import type { RuleDefinition } from '../language/rule.js';
import { lengthOfSpan, type Amount, type ParameterRef, type Span } from '../language/values.js';
import { column, type Column } from './columns.js';
import { ALL_AT, ALL_PLACES } from './list-names.js';
import { lessListed } from './listed.js';
import { NOW, type QueryParams } from './params.js';
import type { Pipeline } from './pipeline.js';
import type { ScopeRows } from './scope-rows.js';
import { inputOf, tupleIndex, WORD_BITS, type Bit, type TimelineBuilder } from './timeline.js';

/** Stages of the pipeline: the timeline cut at now, the inputs picked out of it, then the kinds' own columns. */
export const CUT_STAGE = 0;
export const PICK_STAGE = 1;
export const KIND_STAGE = 2;

export const SPAN_MS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 } as const;

/** The records of an input in a scope. */
export interface Members {
  input: string;
  bit: Bit;
  /** Of an input that is linked, or of which an exception leaves out what stands in a list: the places of those that count, a step; null where the bit says it all. */
  linked: Expr<readonly number[]> | null;
}

/** Records that prove a finding in one role: their places in the timeline, from 1. */
export interface Proof {
  places: Expr<readonly number[]>;
  role: number;
}

/** The record of an input from which references to its fields are read; place 0: there is none. */
export interface ChosenRecord {
  input: string;
  list(field: string): Expr<readonly Field[]>;
  place: Expr<number>;
}

/** What a kind is lowered to. */
export interface Lowered {
  hit: Expr<boolean>;
  /** Instant at which the problem came about; only read with a hit. */
  occurredAt: Expr<number>;
  /** Instants later than now at which the answer can change by time alone. */
  deadlines: Expr<readonly number[]>;
  /** Before this instant it cannot hit, and until then nothing but this instant changes that. 0, or left out: it may hit at any time. */
  undecidedUntil?: Expr<number>;
  /**
   * Without an existing record of at least one of the inputs of each of these sets it neither hits nor has a deadline: the process
   * need not look further. Left out: it may speak of whatever is there.
   */
  needs?: readonly (readonly Members[])[];
  /** The first role of a record counts. */
  evidence: readonly Proof[];
  figures: Readonly<Record<string, Expr<number | null>>>;
  /** The numbers that the parameters named by the kind's `applied` had for what the figures speak of. */
  applied?: Readonly<Record<string, Expr<number | null>>>;
  /** For a kind that judges single records: those that the figures speak of, by input, each by its place in the lists of its input. */
  chosen?: readonly ChosenRecord[];
}

/** Lists over all existing records of a scope, in order, whatever their input. */
interface AllRecords {
  places: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
  /** The record is of one of the inputs. */
  are(inputs: readonly Members[]): Expr<readonly boolean[]>;
}

/** Lists over the records of a scope, whether they exist yet or not. Whether a record is linked is not asked. */
interface DatedRecords {
  at: Expr<readonly number[]>;
  are(inputs: readonly Members[]): Expr<readonly boolean[]>;
  values(input: string, field: string): Expr<readonly Field[]>;
}

/** A row's column over all records of the timeline. */
const uncut = (name: string) => `tupleElement(timeline, ${tupleIndex(name)})`;

/** A row's column over those dated in the future. */
const uncutFuture = (name: string) => `arraySlice(${uncut(name)}, existing + 1)`;
const FUTURE_AT = uncutFuture('atMs');

const bitsOf = (inputs: readonly Members[]): Bit[] => inputs.map(({ bit }) => bit);

const rowsOf = (env: Env): ScopeRows => env.scope as ScopeRows; // what evaluates a group puts it there

/** The same records: steps of one name are one. */
function isSame(one: Members, other: Members): boolean {
  return one.bit === other.bit && one.linked?.operator.name === other.linked?.operator.name;
}

/** A list of fields that the check of the rule knows for whole numbers. */
export function numbers(values: Expr<readonly Field[]>): Expr<readonly (number | null)[]> {
  return values as Expr<readonly (number | null)[]>; // said above
}

/** What the answer of a rule calls its parts. */
const ANSWER_NAMES: ReadonlySet<string> = new Set(['hit', 'due', 'occurredAt', 'proof', 'shown', 'proving', 'roles', 'evidence']);
/** Beside them: the columns of a scope, answers of rules, values as texts, and arguments of functions (short, or a list with a letter). */
const QUERY_NAMES = /^(scope|timeline|calendar|existing|r\d+|.*_(figure|subject)|.*_[i-z]\d*|[a-z]\d*|nth)$/;

/** With its underscores at the end: a name that is made another one by one more must not meet a third. */
function isTaken(name: string): boolean {
  const bare = name.replace(/_+$/, '');
  return ANSWER_NAMES.has(bare) || QUERY_NAMES.test(bare);
}

function free(name: string): string {
  return isTaken(name) ? `${name}_` : name;
}

/** Everything a kind needs to be lowered: inputs as lists of the scope's existing records, in order. */
export class RuleContext {
  private readonly inputNames: readonly string[];
  /** The records that make a problem, of the inputs of which the kind has asked for them. */
  private readonly makers = new Map<string, Members>();

  readonly now = leaf('now', NOW, (env) => env.nowMs);

  readonly all: AllRecords = {
    places: leaf('places', ALL_PLACES, (env) => rowsOf(env).places),
    at: leaf('instants', ALL_AT, (env) => rowsOf(env).instants),
    are: (inputs) => this.allAre(inputs),
  };

  /** Also those dated in the future. */
  readonly dated: DatedRecords = {
    at: leaf('all instants', uncut('atMs'), (env) => rowsOf(env).allInstants),
    are: (inputs) => this.flags('all are', bitsOf(inputs), 'timeline', uncut, (rows, bits) => rows.allAre(bits)),
    values: (input, field) => this.listOf('all', input, field, uncut, (rows, type) => rows.allValues(type, field)),
  };

  /** Those dated in the future alone: few, or none. */
  readonly future: DatedRecords = {
    at: leaf('future instants', FUTURE_AT, (env) => rowsOf(env).futureInstants),
    are: (inputs) => this.flags('future are', bitsOf(inputs), FUTURE_AT, uncutFuture, (rows, bits) => rows.futureAre(bits)),
    values: (input, field) => this.listOf('future', input, field, uncutFuture, (rows, type) => rows.futureValues(type, field)),
  };

  constructor(
    readonly rule: RuleDefinition,
    readonly catalogue: Catalogue,
    readonly timeline: TimelineBuilder,
    readonly pipeline: Pipeline,
    readonly params: QueryParams,
    /** Before the names of this rule's own steps, where several rules stand in one query. */
    readonly prefix: string,
    /** The kind pairs each linked record with the one that it is linked to by itself; otherwise it counts with any of them. */
    private readonly pairsLinks: boolean,
  ) {
    this.inputNames = Object.keys(rule.inputs);
  }

  /**
   * An input where its records make a problem: less the exceptions.
   * @param subjectOf records to one of which a linked one has to be linked: by itself all of the input, whether exceptions let them off or not
   */
  maker(name: string, subjectOf = (to: string) => this.plain(to)): Members {
    const made = lessListed(this, this.members(name, true, subjectOf));
    this.makers.set(name, made);
    return made;
  }

  /** An input where its records excuse, or only inform. */
  plain(name: string): Members {
    return this.members(name, false, (to) => this.plain(to));
  }

  /**
   * The records of an input of which a finding speaks, to be asked for when the kind is lowered: where they make the problem only those that count, for what
   * an exception lets off must not be named in it. All of them where none counts, and something else has made the problem.
   */
  spokenOf(name: string): Members {
    const all = this.plain(name);
    const counting = this.makers.get(name);
    if (counting === undefined || isSame(counting, all)) return all;
    const [places, allPlaces] = [this.places(counting), this.places(all)];
    const spoken = concat([places, when(not(isSome(places)), allPlaces)]);
    return { ...all, linked: step(this.named(`spoken${counting.bit}_${name}`), spoken) };
  }

  private members(name: string, exempt: boolean, subjectOf: (to: string) => Members): Members {
    const bit = this.timeline.bit(this.rule, name, exempt, `${this.prefix}${name}`);
    const { link } = inputOf(this.rule, name);
    if (!link || this.pairsLinks) return { input: name, bit, linked: null };
    const subject = subjectOf(link.to);
    const alternatives = link.on.map((fields) =>
      areAmong(
        Object.keys(fields).map((field) => this.valuesOfBit(bit, name, field)),
        Object.values(fields).map((field) => this.values(subject, link.to, field)),
      ),
    );
    const linked = filter<readonly [number, ...boolean[]]>([this.placesOfBit(bit), ...alternatives], (_place, ...are) =>
      are.reduce((any, is) => either(any, is)),
    );
    const to = isSame(subject, this.plain(link.to)) ? link.to : `counting_${link.to}`;
    return { input: name, bit, linked: step(this.named(`linked${bit}_${to}`), linked) };
  }

  private allAre(inputs: readonly Members[]): Expr<readonly boolean[]> {
    const bits = inputs.flatMap(({ bit, linked }) => (linked === null ? [bit] : []));
    const plain = this.flags(
      'are',
      bits,
      ALL_AT,
      (word) => this.cut(word),
      (rows) => rows.are(bits),
    );
    const lists = inputs.flatMap(({ linked }) => linked ?? []);
    if (lists.length === 0) return plain;
    return map([this.all.places, plain], (place, is) => lists.reduce((any, list) => either(any, isIn(place, list)), is));
  }

  /** Inputs whose records are of the scope by themselves, and not over a link. */
  ownInputs(): Members[] {
    return Object.entries(this.rule.inputs)
      .filter(([, input]) => !input.link)
      .map(([name]) => this.plain(name));
  }

  /** Number by which evidence names the input. */
  role(name: string): number {
    return this.inputNames.indexOf(name);
  }

  column(input: string, field: string): Column {
    return column(this.catalogue.get(inputOf(this.rule, input).type), field);
  }

  /** The name of a step of this rule; never one that the query gives a column of its own. */
  named(name: string): string {
    return `${this.prefix}${free(name)}`;
  }

  /** The name of a part of the rule's answer. */
  answerNamed(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** Places of the existing records. */
  places({ bit, linked }: Members): Expr<readonly number[]> {
    return linked ?? this.placesOfBit(bit);
  }

  /** Their instants. */
  instants({ bit, linked }: Members): Expr<readonly number[]> {
    if (linked) return this.ofLinked(linked, 'at', (place) => numberAt(this.all.at, place));
    return this.leafOf(`instants ${bit}`, this.pick(bit, 'at', ALL_AT, 'at'), (rows) => rows.instantsOf(bit));
  }

  /** Their values of a field. */
  values({ bit, linked }: Members, input: string, field: string): Expr<readonly Field[]> {
    if (!linked) return this.valuesOfBit(bit, input, field);
    return this.ofLinked(linked, field, (place) => fieldAt(this.aligned(input, field), place));
  }

  /**
   * A list of its own, as those of a bit are: written out where it is used inside of a function over other records, it would be made of the list of all
   * records once for each of these, which takes the database's memory.
   */
  private ofLinked<T>(linked: Expr<readonly number[]>, part: string, read: (place: Expr<number>) => Expr<T>): Expr<readonly T[]> {
    return step(free(`${linked.operator.name}_${part}`), map([linked], read));
  }

  private placesOfBit(bit: Bit): Expr<readonly number[]> {
    return this.leafOf(`places ${bit}`, this.pick(bit, 'ix', ALL_PLACES, 'places'), (rows) => rows.placesOf(bit));
  }

  private valuesOfBit(bit: Bit, input: string, field: string): Expr<readonly Field[]> {
    const { type } = inputOf(this.rule, input);
    const { name } = this.timeline.slot(type, field);
    return this.leafOf(`${field} ${bit} ${type}`, this.pick(bit, name, this.cut(name), field), (rows) =>
      rows.valuesOf(bit, type, field),
    );
  }

  /** Values of a field over all existing records, aligned with {@link all}; only those of the input's type mean that field. */
  aligned(input: string, field: string): Expr<readonly Field[]> {
    return this.listOf(
      'aligned',
      input,
      field,
      (name) => this.cut(name),
      (rows, type) => rows.values(type, field),
    );
  }

  /** A field as a list over records of whatever input; only those of the input's type mean that field. */
  private listOf(
    name: string,
    input: string,
    field: string,
    column: (name: string) => string,
    run: (rows: ScopeRows, type: string) => readonly Field[],
  ): Expr<readonly Field[]> {
    const { type } = inputOf(this.rule, input);
    const sql = column(this.timeline.slot(type, field).name);
    return this.leafOf(`${name} ${type} ${field}`, sql, (rows) => run(rows, type));
  }

  /** A number of the rule: written out, or a plain parameter. */
  amount(amount: Amount | ParameterRef): Expr<number> {
    const value = this.amountValue(amount);
    return constant(`amount ${value}`, this.params.add(value, 'Int64'), value);
  }

  /** A text of the rule, to compare fields with. */
  text(value: string): Expr<Field> {
    return constant<Field>(`text ${value}`, this.params.add(value, 'String'), value);
  }

  /** What {@link amount} is. */
  amountValue(amount: Amount | ParameterRef): number {
    if (typeof amount === 'number') return amount;
    const value = this.rule.parameters[amount.parameter]?.value;
    if (value === undefined) throw new RangeError(`rule ${this.rule.id}: parameter ${amount.parameter} has no single value`);
    return value;
  }

  /** A distance is inside the span iff it is smaller than this: instants are whole, so an inclusive span is a millisecond longer. */
  spanMs(span: Span): Expr<number> {
    const { unit, amount } = lengthOfSpan(span);
    const lengthMs = times(this.amount(amount), number(SPAN_MS[unit]));
    return span.boundary === 'inclusive' ? plus(lengthMs, number(1)) : lengthMs;
  }

  /** Leaves of one name are one: what is made of them is computed once per scope, whichever rule asks. */
  private leafOf<T>(name: string, sql: string, run: (rows: ScopeRows) => T): Expr<T> {
    return leaf(name, sql, (env) => run(rowsOf(env)));
  }

  private flags(
    name: string,
    bits: readonly Bit[],
    aligned: string,
    /** The column of a mask word. */
    column: (word: string) => string,
    run: (rows: ScopeRows, bits: readonly Bit[]) => readonly boolean[],
  ): Expr<readonly boolean[]> {
    const words = [...new Set(bits.map((bit) => Math.floor(bit / WORD_BITS)))];
    const test = this.timeline.maskTest(bits, (word) => `w${word}`);
    const args = words.map((word) => `w${word}`).join(', ');
    const lists = words.map((word) => column(`m${word}`)).join(', ');
    const of = bits.map((bit) => this.timeline.called(bit)).join(', ');
    const sql = bits.length === 0 ? `arrayMap(x -> 0, ${aligned})` : `arrayMap((${args}) -> ${test} /* ${of} */, ${lists})`;
    return this.leafOf(`${name} ${bits.join(' ')}`, sql, (rows) => run(rows, bits));
  }

  /** A list over the existing records, reduced to those of a bit: one for all rules that ask for it, `part` says what of the records. */
  private pick(bit: Bit, name: string, source: string, part: string): string {
    const word = this.cut(`m${Math.floor(bit / WORD_BITS)}`);
    return this.pipeline.add(
      PICK_STAGE,
      this.pipeline.lists.mark(`b${bit}_${name}`, () => `${this.timeline.called(bit)}_${part}`),
      `arrayFilter((x, m) -> bitTest(m, ${bit % WORD_BITS}), ${source}, ${word})`,
    );
  }

  /** A row's column over the existing records. */
  private cut(name: string): string {
    const list = this.pipeline.lists.mark(`c_${name}`, () => `all_${this.timeline.contentOf(name)}`);
    return this.pipeline.add(CUT_STAGE, list, `arraySlice(${uncut(name)}, 1, existing)`);
  }
}

export { NOW };
