import { step, type Expr, type Field } from '../../expression/expr.js';
import { startOfDay } from '../../expression/operators/days.js';
import {
  concat,
  filter,
  firstOf,
  isIn,
  isSome,
  lengthOf,
  map,
  noNumbers,
  numberAt,
  places,
  some,
  sum,
} from '../../expression/operators/lists.js';
import {
  flat,
  part,
  partOfRow,
  partsOf,
  row,
  rowsAt,
  shareReached,
  sortedRows,
  type Row,
} from '../../expression/operators/rows.js';
import {
  always,
  atLeast,
  both,
  either,
  knownAtMost,
  knownLess,
  less,
  more,
  not,
  same,
} from '../../expression/operators/tests.js';
import { choose, larger, minus, number, orElse, plus } from '../../expression/operators/values.js';
import type { Join, JoinCondition } from './schema.js';
import { NEVER_MS } from '../../compile/calendar.js';
import { lowerDeadline, missedAfter } from '../../compile/deadline.js';
import { type Lowered, type RuleContext, numbers } from '../../compile/rule-context.js';
import { inputOf } from '../../compile/timeline.js';

/** Parts of a row that stands for a counted record, from 1. */
const PLACE = 1;
const AT = 2;
const AMOUNT = 3;

/** Parts of a row that stands for a subject of which all conditions hold. */
const BEGAN_AT = 1;
const SUBJECT_PLACE = 2;
const SUBJECT = 3;
const DUE = 4;

/** The record that reached a share, per subject: its place in the timeline, 0 where none did, and its instant. */
interface Mark {
  place: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
}

interface LoweredCondition {
  condition: JoinCondition;
  /** Per subject the records that the condition counts. */
  counted: Expr<readonly (readonly Row[])[]>;
  /** Per subject: does it hold. */
  holds: Expr<readonly boolean[]>;
  /** Per subject: the instant from which it holds, as far as it depends on single records; null where it does not. */
  since: Expr<readonly number[]> | null;
  /** Per subject: the places that prove it. */
  proof: Expr<readonly (readonly number[])[]>;
}

function raise(): never {
  throw new TypeError('a mark is written before it is used');
}

type Element = Expr<Field>;

/** Fields inside a lambda over the records, or the subjects, of which they are. */
class Fields {
  readonly names: readonly string[];

  constructor(
    names: readonly string[],
    readonly listOf: (field: string) => Expr<readonly Field[]>,
  ) {
    this.names = [...new Set(names)];
  }

  get lists(): readonly Expr<readonly Field[]>[] {
    return this.names.map((name) => this.listOf(name));
  }

  of(elements: readonly Element[]): (field: string) => Element {
    return (field) => elements[this.names.indexOf(field)] ?? raise();
  }
}

function compared(is: NonNullable<JoinCondition['compare']>[number]['is'], own: Element, other: Element): Expr<boolean> {
  // The check of the rule: order is asked only of whole numbers.
  const [a, b] = [own as Expr<number | null>, other as Expr<number | null>];
  switch (is) {
    case 'equals':
      return same(own, other);
    case 'differs':
      return not(same(own, other));
    case 'above':
      return knownLess(b, a);
    case 'atLeast':
      return knownAtMost(b, a);
    case 'below':
      return knownLess(a, b);
    case 'atMost':
      return knownAtMost(a, b);
  }
}

/** Lowers one join rule, condition by condition: a mark must stand before the conditions that count after it. */
class JoinLowering {
  private readonly bit: number;
  readonly marks = new Map<string, Mark>();

  constructor(
    private readonly join: Join,
    private readonly rule: RuleContext,
  ) {
    this.bit = rule.maker(join.subject);
  }

  subject(field: string): Expr<readonly Field[]> {
    return this.rule.values(this.bit, this.join.subject, field);
  }

  get places(): Expr<readonly number[]> {
    return this.rule.places(this.bit);
  }

  get at(): Expr<readonly number[]> {
    return this.rule.instants(this.bit);
  }

  private named<T>(name: string, of: Expr<T>): Expr<T> {
    return step(this.rule.named(name), of);
  }

  /** Per subject the records that pass. */
  private matching(condition: JoinCondition, withCompare: boolean): Expr<readonly (readonly Row[])[]> {
    const { rule } = this;
    const bit = rule.plain(condition.of);
    const { link } = inputOf(rule.rule, condition.of);
    const compare = withCompare ? (condition.compare ?? []) : [];
    const summed = condition.share?.sum ?? condition.sumBelow?.sum;
    const linked = (link?.on ?? []).flatMap((on) => Object.entries(on));
    const own = new Fields([...linked.map(([field]) => field), ...compare.map(({ field }) => field)], (field) =>
      rule.values(bit, condition.of, field),
    );
    const subjects = new Fields([...linked.map(([, wanted]) => wanted), ...compare.map(({ subject }) => subject)], (field) =>
      this.subject(field),
    );
    const amounts = summed === undefined ? null : numbers(rule.values(bit, condition.of, summed));
    const rows = amounts
      ? map([rule.places(bit), rule.instants(bit), amounts], (place, at, amount) => row(place, at, orElse(amount, number(0))))
      : map([rule.places(bit), rule.instants(bit)], (place, at) => row(place, at, number(0)));
    const mark = condition.after === undefined ? null : (this.marks.get(condition.after) ?? raise());
    const markLists = mark ? [mark.place, mark.at] : [this.places, this.at];
    return map<readonly unknown[], readonly Row[]>([...markLists, ...subjects.lists], (markPlace, markAt, ...subjectElements) => {
      const subject = subjects.of(subjectElements as Element[]); // the lists after the two of the mark
      const kept = filter<readonly [unknown, ...unknown[]]>([rows, ...own.lists], (record, ...elements) => {
        const field = own.of(elements as Element[]); // the lists after the rows
        const tests: Expr<boolean>[] = link
          ? [
              link.on
                .map((on) =>
                  Object.entries(on)
                    .map(([name, wanted]) => same(field(name), subject(wanted)))
                    .reduce((a, b) => both(a, b)),
                )
                .reduce((a, b) => either(a, b)),
            ]
          : [];
        for (const { field: name, is, subject: wanted } of compare) tests.push(compared(is, field(name), subject(wanted)));
        const [placeOfMark, atOfMark] = [markPlace as Expr<number>, markAt as Expr<number>];
        const ofRecord = record as Expr<Row>;
        if (mark) tests.push(both(more(placeOfMark, number(0)), more(part(ofRecord, PLACE), placeOfMark)));
        if (mark && condition.within) tests.push(less(minus(part(ofRecord, AT), atOfMark), rule.spanMs(condition.within)));
        return tests.length === 0 ? always() : tests.reduce((a, b) => both(a, b));
      });
      return kept as Expr<readonly Row[]>;
    });
  }

  condition(condition: JoinCondition, index: number): LoweredCondition {
    const { rule } = this;
    const counted = this.named(`counted${index}`, this.matching(condition, true));
    const mark = condition.after === undefined ? null : (this.marks.get(condition.after) ?? raise());
    const guard = (holds: Expr<readonly boolean[]>) =>
      mark ? map([holds, mark.place], (is, place) => both(is, more(place, number(0)))) : holds;
    const proof = map([counted], (records) => partsOf(records, PLACE));
    if (condition.share) return this.share(condition, condition.share, index, counted, guard);
    if (condition.sumBelow) {
      const limits = numbers(this.subject(condition.sumBelow.field));
      const holds = map([counted, limits], (records, limit) => knownLess(sum(partsOf(records, AMOUNT)), limit));
      return { condition, counted, holds: guard(holds), since: null, proof };
    }
    if (condition.none) {
      const vain = condition.compare ? this.named(`compared${index}`, this.matching(condition, false)) : counted;
      const holds = guard(map([counted], (records) => not(isSome(records))));
      return { condition, counted, holds, since: null, proof: map([vain], (records) => partsOf(records, PLACE)) };
    }
    const n = rule.amount(condition.atLeast ?? 1);
    const holds = map([counted], (records) => atLeast(lengthOf(records), n));
    const since = map([counted], (records) =>
      choose(atLeast(lengthOf(records), n), partOfRow(records, larger(n, number(1)), AT), number(0)),
    );
    return { condition, counted, holds: guard(holds), since, proof };
  }

  private share(
    condition: JoinCondition,
    share: NonNullable<JoinCondition['share']>,
    index: number,
    counted: Expr<readonly (readonly Row[])[]>,
    guard: (holds: Expr<readonly boolean[]>) => Expr<readonly boolean[]>,
  ): LoweredCondition {
    const percent = this.rule.amount(share.percent);
    const base = numbers(this.subject(share.ofField));
    const reached = this.named(
      `reached${index}`,
      map([counted, base], (records, whole) => shareReached(partsOf(records, AMOUNT), whole, percent)),
    );
    const ofMark = (of: number) =>
      map([counted, reached], (records, place) =>
        choose(more(place, number(0)), partOfRow(records, larger(place, number(1)), of), number(0)),
      );
    const mark: Mark = {
      place: this.named(`${share.mark}_place`, ofMark(PLACE)),
      at: this.named(`${share.mark}_at`, ofMark(AT)),
    };
    const upTo = this.named(
      `upTo${index}`,
      map([counted, reached], (records, place) => firstOf(records, place)),
    );
    this.marks.set(share.mark, mark);
    const holds = guard(map([mark.place], (place) => more(place, number(0))));
    return { condition, counted: upTo, holds, since: mark.at, proof: map([upTo], (records) => partsOf(records, PLACE)) };
  }
}

/**
 * Instants at which records linked to a subject come into being, for `dueAt`: the record's own input is in the future, the
 * subject may exist already or not.
 */
function linkedFuture(join: Join, rule: RuleContext): Expr<readonly number[]>[] {
  const { future } = rule;
  const areSubjects = future.are([rule.plain(join.subject)]);
  const linked = Object.entries(rule.rule.inputs).filter(([, input]) => input.link);
  return linked.map(([name, input]) => {
    const on = input.link?.on ?? [];
    const entries = on.flatMap((fields) => Object.entries(fields));
    const own = new Fields(
      entries.map(([field]) => field),
      (field) => future.values(name, field),
    );
    const others = new Fields(
      entries.map(([, wanted]) => wanted),
      (field) => future.values(join.subject, field),
    );
    return filter<readonly [unknown, ...unknown[]]>(
      [future.at, future.are([rule.plain(name)]), ...own.lists],
      (at, isOne, ...elements) => {
        const field = own.of(elements as Element[]); // the lists after the first two
        const belongs = some<readonly unknown[]>([areSubjects, ...others.lists], (isSubject, ...ofSubject) => {
          const subject = others.of(ofSubject as Element[]); // the lists after the first
          const alternatives = on.map((fields) =>
            Object.entries(fields)
              .map(([mine, wanted]) => same(field(mine), subject(wanted)))
              .reduce((a, b) => both(a, b)),
          );
          return both(
            isSubject as Expr<boolean>,
            alternatives.reduce((a, b) => either(a, b)),
          );
        });
        return both(both(more(at as Expr<number>, rule.now), isOne as Expr<boolean>), belongs);
      },
    ) as Expr<readonly number[]>; // of the instants
  });
}

/** See `joinSchema` for the meaning. */
export function lowerJoin(join: Join, rule: RuleContext): Lowered {
  const lowering = new JoinLowering(join, rule);
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  const conditions = join.all.map((condition, index) => lowering.condition(condition, index));
  const from = { input: join.subject, suffix: 'subject', at: lowering.at, values: (field: string) => lowering.subject(field) };
  const deadline = join.deadline ? lowerDeadline(join.deadline, from, rule) : null;
  const due = deadline?.plainDue ?? map([lowering.at], (_at) => number(0));
  const missedAfterMs = number(join.deadline ? missedAfter(join.deadline) : 1);
  const holds = named(
    'holds',
    conditions.map((condition) => condition.holds).reduce((a, b) => map([a, b], (x, y) => both(x, y))),
  );
  const beganWith = deadline ? map([lowering.at, due], (at, d) => larger(at, plus(d, missedAfterMs))) : lowering.at;
  const began = conditions
    .flatMap(({ since }) => since ?? [])
    .reduce((latest, since) => map([latest, since], (a, b) => larger(a, b)), beganWith);
  const rows = map([began, lowering.places, places(lowering.at), due], (at, place, subject, d) => row(at, place, subject, d));
  const met = named(
    'met',
    filter([rows, holds], (_row, is) => is),
  );
  const missed = (r: Expr<Row>) => plus(part(r, DUE), missedAfterMs);
  const holding = named('holding', sortedRows(filter([met], (r) => not(more(missed(r), rule.now)))));
  const first = named('first', larger(partOfRow(holding, number(1), SUBJECT), number(1)));
  const pending = deadline
    ? map([filter([met], (r) => both(more(missed(r), rule.now), less(part(r, DUE), number(NEVER_MS))))], (r) => missed(r))
    : noNumbers();
  const ofHolding = (proof: Expr<readonly (readonly number[])[]>) =>
    flat(filter([proof, places(lowering.at)], (_places, subject) => isIn(subject, partsOf(holding, SUBJECT))));
  const future = linkedFuture(join, rule);
  return {
    hit: isSome(holding),
    occurredAt: partOfRow(holding, number(1), BEGAN_AT),
    deadlines: pending,
    evidence: [
      { places: partsOf(holding, SUBJECT_PLACE), role: rule.role(join.subject) },
      ...conditions.map(({ proof, condition }) => ({ places: ofHolding(proof), role: rule.role(condition.of) })),
    ],
    figures: { ...joinFigures(conditions, lowering.marks, holding, first), startMs: startOf(join, lowering, rule, first) },
    chosen: { input: join.subject, list: (field) => lowering.subject(field), place: first },
    ...(future.length > 0 ? { future: concat(future) } : {}),
  };
}

/** The instant from which the deadline of the chosen subject is counted; 0 where none is counted. */
function startOf(join: Join, lowering: JoinLowering, rule: RuleContext, first: Expr<number>): Expr<number> {
  const { deadline } = join;
  if (deadline === undefined || deadline.field !== undefined) return number(0);
  if (deadline.from === undefined) return numberAt(lowering.at, first);
  const isDay = rule.column(join.subject, deadline.from).kind === 'day';
  const froms = map([numbers(lowering.subject(deadline.from))], (from) => (isDay ? startOfDay(from) : orElse(from, number(0))));
  return numberAt(froms, first);
}

function joinFigures(
  conditions: readonly LoweredCondition[],
  marks: ReadonlyMap<string, Mark>,
  holding: Expr<readonly Row[]>,
  first: Expr<number>,
): Record<string, Expr<number>> {
  const figures: Record<string, Expr<number>> = {
    subjects: lengthOf(holding),
    deadlineMs: partOfRow(holding, number(1), DUE),
  };
  for (const { condition, counted } of conditions) {
    figures[`${condition.of}Count`] ??= lengthOf(rowsAt(counted, first));
    if (condition.share || condition.sumBelow) figures[`${condition.of}Sum`] ??= sum(partsOf(rowsAt(counted, first), AMOUNT));
  }
  for (const [name, mark] of marks) figures[`${name}Ms`] = numberAt(mark.at, first);
  return figures;
}
