import { step, type Expr, type Field } from '../../expression/expr.js';
import { fieldAt, filter, firstOf, isSome, lengthOf, map, only, sum } from '../../expression/operators/lists.js';
import {
  aboveShareAt,
  isAboveShare,
  isBelowShare,
  part,
  partOfRow,
  partsOf,
  row,
  shareReached,
  type Row,
} from '../../expression/operators/rows.js';
import { always, atLeast, both, either, less, more, not } from '../../expression/operators/tests.js';
import { quotient, sortedNumbers } from '../../expression/operators/statistics.js';
import { choose, isMissing, larger, minus, number, orElse } from '../../expression/operators/values.js';
import { AREA_PARTS } from '../../compile/columns.js';
import { compared, comparedValues, fieldsOfShift } from '../../compile/compared.js';
import { belongs, Fields, linkFields, type Element } from '../../compile/links.js';
import { numbers, type Members, type RuleContext } from '../../compile/rule-context.js';
import { inputOf } from '../../compile/timeline.js';
import { statisticOf } from '../../compile/statistic.js';
import type { Join, JoinCondition, Stat } from './schema.js';

/** Parts of a row that stands for a counted record, from 1. */
const PLACE = 1;
const AT = 2;
export const AMOUNT = 3;
/** Of a record whose value goes into a statistic, which is its amount then: 1, or 0 where it has none. */
const HAS_VALUE = 4;

/** A record with a name, per subject: its place in the timeline, 0 where there is none, and its instant. */
interface Mark {
  place: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
  /** It says when its condition came to hold: a figure of the rule. */
  isFigure: boolean;
}

type PerSubject<T> = Expr<readonly T[]>;
type Compare = NonNullable<JoinCondition['compare']>[number];

export interface LoweredCondition {
  condition: JoinCondition;
  /** The records that the condition counts. */
  counted: PerSubject<readonly Row[]>;
  holds: PerSubject<boolean>;
  /** The instant from which it holds, as far as it depends on single records; null where it does not. */
  since: PerSubject<number> | null;
  /** The places that prove it. */
  proof: PerSubject<readonly number[]>;
  /** What the subject's value was held against, and that value. */
  stat?: { of: PerSubject<number>; own: PerSubject<number> };
}

/** Lowers the conditions of one join rule one by one: a mark must stand before the conditions that use it. */
export class JoinConditions {
  private readonly members: Members;
  readonly marks = new Map<string, Mark>();

  constructor(
    private readonly join: Join,
    private readonly rule: RuleContext,
  ) {
    this.members = rule.maker(join.subject);
    this.marks.set(join.subject, { place: this.places, at: this.at, isFigure: false });
  }

  subject(field: string): PerSubject<Field> {
    return this.rule.values(this.members, this.join.subject, field);
  }

  get places(): PerSubject<number> {
    return this.rule.places(this.members);
  }

  get at(): PerSubject<number> {
    return this.rule.instants(this.members);
  }

  lower(condition: JoinCondition, index: number): LoweredCondition {
    const { rule } = this;
    const candidates = this.candidates(condition, index);
    const counted = condition.compare ? this.named(`counted${index}`, this.compared(condition, candidates)) : candidates;
    if (condition.mark !== undefined) this.pickedAs(condition.mark, candidates);
    const proof = map([counted], (records) => partsOf(records, PLACE));
    const lowered = { condition, counted, proof, since: null };
    if (condition.share) return this.share(condition, condition.share, index, counted);
    if (condition.sumBelow) {
      const { field, percent = 100 } = condition.sumBelow;
      const [base, of] = [numbers(this.subject(field)), rule.amount(percent)];
      const holds = map([counted, base], (records, whole) => isBelowShare(sum(partsOf(records, AMOUNT)), whole, of));
      return { ...lowered, holds: this.guarded(condition, holds) };
    }
    if (condition.sumAbove) {
      const { field, percent = 100 } = condition.sumAbove;
      const [base, of] = [numbers(this.subject(field)), rule.amount(percent)];
      const holds = map([counted, base], (records, whole) => isAboveShare(sum(partsOf(records, AMOUNT)), whole, of));
      const since = map([counted, base], (records, whole) =>
        partOfRow(records, aboveShareAt(partsOf(records, AMOUNT), whole, of), AT),
      );
      return { ...lowered, holds: this.guarded(condition, holds), since };
    }
    if (condition.stat) return { ...lowered, ...this.stat(condition, condition.stat, index, counted) };
    if (condition.none) {
      const holds = map([counted], (records) => not(isSome(records)));
      const vain = map([candidates], (records) => partsOf(records, PLACE));
      return { ...lowered, holds: this.guarded(condition, holds), proof: vain };
    }
    const n = rule.amount(condition.atLeast ?? 1);
    const holds = map([counted], (records) => atLeast(lengthOf(records), n));
    const since = map([counted], (records) =>
      choose(atLeast(lengthOf(records), n), partOfRow(records, larger(n, number(1)), AT), number(0)),
    );
    return { ...lowered, holds: this.guarded(condition, holds), since };
  }

  private named<T>(name: string, of: Expr<T>): Expr<T> {
    return step(this.rule.named(name), of);
  }

  private marksOf({ after, before }: JoinCondition): { after: Mark | null; before: Mark | null } {
    const mark = (name: string | undefined) => (name === undefined ? null : (this.marks.get(name) ?? raise()));
    return { after: mark(after), before: mark(before) };
  }

  /** False where a mark that the condition names was not reached. */
  private guarded(condition: JoinCondition, holds: PerSubject<boolean>): PerSubject<boolean> {
    const { after, before } = this.marksOf(condition);
    return [after, before].reduce(
      (is, mark) => (mark ? map([is, mark.place], (a, place) => both(a, more(place, number(0)))) : is),
      holds,
    );
  }

  /** Per subject the records that belong to it, stand where they should, and are picked: all that comes before comparing. */
  private candidates(condition: JoinCondition, index: number): PerSubject<readonly Row[]> {
    const standing = this.named(`standing${index}`, this.standing(condition));
    const { pick } = condition;
    const picked: PerSubject<readonly Row[]> = pick ? map([standing], (records) => only(pick, records)) : standing;
    const near = this.near(condition, picked);
    return near === standing ? standing : this.named(`candidates${index}`, near);
  }

  /** Those within the span of the mark that the condition names. */
  private near(condition: JoinCondition, records_: PerSubject<readonly Row[]>): PerSubject<readonly Row[]> {
    const { within } = condition;
    const { after, before } = this.marksOf(condition);
    const mark = after ?? before;
    if (!within || !mark) return records_;
    const spanMs = this.rule.spanMs(within);
    return map([records_, mark.at], (records, markAt) =>
      filter([records], (record) => {
        const at = part(record, AT);
        return less(after ? minus(at, markAt) : minus(markAt, at), spanMs);
      }),
    );
  }

  /** The records of the input, each with what is summed or goes into a statistic. */
  private rows(condition: JoinCondition, members: Members): Expr<readonly Row[]> {
    const { rule } = this;
    const [places, instants] = [rule.places(members), rule.instants(members)];
    const valuesOf = (field: string) => rule.values(members, condition.of, field);
    const summed = condition.share?.sum ?? condition.sumBelow?.sum ?? condition.sumAbove?.sum;
    if (summed !== undefined)
      return map([places, instants, numbers(valuesOf(summed))], (place, at, amount) => row(place, at, orElse(amount, number(0))));
    if (condition.stat)
      return map([places, instants, this.valued(condition.stat, condition.of, valuesOf)], (place, at, value) =>
        row(place, at, orElse(value, number(0)), choose(isMissing(value), number(0), number(1))),
      );
    return map([places, instants], (place, at) => row(place, at, number(0)));
  }

  /**
   * Per subject the records that belong to it and stand where they should.
   * @param compare what else is asked of each
   */
  private standing(condition: JoinCondition, compare: readonly Compare[] = []): PerSubject<readonly Row[]> {
    const { rule } = this;
    const members = rule.plain(condition.of);
    const { link } = inputOf(rule.rule, condition.of);
    const [linking, linked] = linkFields(
      link?.on ?? [],
      (field) => rule.values(members, condition.of, field),
      (field) => this.subject(field),
    );
    const own = new Fields([...linking.names, ...compare.map(({ field }) => field)], linking.listOf);
    const subjects = new Fields([...linked.names, ...this.comparedOfSubjects(compare)], linked.listOf);
    const rows = this.rows(condition, members);
    const { after, before } = this.marksOf(condition);
    const lists = [(after ?? before)?.place ?? this.places, (before ?? after)?.place ?? this.places, ...subjects.lists];
    return map<readonly unknown[], readonly Row[]>(lists, (afterPlace, beforePlace, ...subjectElements) => {
      const subject = subjects.of(subjectElements as Element[]); // the lists after the two of the marks
      const [first, last] = [afterPlace as Expr<number>, beforePlace as Expr<number>];
      const kept = filter<readonly [unknown, ...unknown[]]>([rows, ...own.lists], (record, ...elements) => {
        const field = own.of(elements as Element[]); // the lists after the rows
        const place = part(record as Expr<Row>, PLACE);
        const tests: Expr<boolean>[] = link ? [belongs(link.on, field, subject)] : [];
        if (after) tests.push(both(more(first, number(0)), more(place, first)));
        if (before) tests.push(less(place, last));
        tests.push(...compare.map((one) => this.stands(one, field(one.field), subject)));
        return tests.length === 0 ? always() : tests.reduce((a, b) => both(a, b));
      });
      return kept as Expr<readonly Row[]>;
    });
  }

  /**
   * Per subject those of the candidates that pass every comparison. Of what is linked to a subject, all of it is compared together with the link: by
   * its place in the timeline, the list of all records would be made once for each candidate, and thousands of peers take more memory than a query may
   * have. What stands after or before a mark is mostly little, and nothing of the others is compared.
   */
  private compared(condition: JoinCondition, candidates: PerSubject<readonly Row[]>): PerSubject<readonly Row[]> {
    const { rule } = this;
    const { of, compare = [], pick } = condition;
    const { after, before } = this.marksOf(condition);
    const isAll = pick === undefined && after === null && before === null;
    if (isAll && inputOf(rule.rule, of).link) return this.standing(condition, compare);
    const subjects = new Fields(this.comparedOfSubjects(compare), (field) => this.subject(field));
    return map<readonly unknown[], readonly Row[]>([candidates, ...subjects.lists], (records, ...subjectElements) => {
      const subject = subjects.of(subjectElements as Element[]); // the lists after the candidates
      return filter([records as Expr<readonly Row[]>], (record) =>
        compare
          .map((one) => this.stands(one, fieldAt(rule.aligned(of, one.field), part(record, PLACE)), subject))
          .reduce((a, b) => both(a, b)),
      );
    });
  }

  /** Fields of a subject that comparisons look at. */
  private comparedOfSubjects(compare: readonly Compare[]): string[] {
    return compare.flatMap(({ subject, ...shift }) => [subject, ...fieldsOfShift(shift, this.rule)]);
  }

  private stands(
    { subject: wanted, orMissing, ...how }: Compare,
    own: Element,
    subject: (field: string) => Element,
  ): Expr<boolean> {
    const column = (one: string) => this.rule.column(this.join.subject, one);
    const against = { value: subject(wanted), kind: column(wanted).kind, record: { column, value: subject } };
    const stands = comparedValues(this.rule, own, how, against);
    return orMissing ? either(isMissing(own), stands) : stands;
  }

  /** A record's value for a statistic; null where it has none. */
  private valued(
    { value, per }: Stat,
    of: string,
    list: (field: string) => Expr<readonly Field[]>,
  ): Expr<readonly (number | null)[]> {
    if (per === undefined) return numbers(list(value));
    // An area travels in ten-thousandths of a mu: so many of them are one.
    const times = number(this.rule.column(of, per).kind === 'area' ? AREA_PARTS : 1);
    return map([numbers(list(value)), numbers(list(per))], (a, by) => quotient(a, by, times));
  }

  private stat(
    condition: JoinCondition,
    wanted: Stat,
    index: number,
    counted: PerSubject<readonly Row[]>,
  ): Pick<LoweredCondition, 'holds' | 'stat'> {
    const { rule, join } = this;
    const { is, percent = 100, minRecords } = wanted;
    const sorted = this.named(
      `sorted${index}`,
      map([counted], (records) =>
        sortedNumbers(
          partsOf(
            filter([records], (record) => more(part(record, HAS_VALUE), number(0))),
            AMOUNT,
          ),
        ),
      ),
    );
    const stat = this.named(
      `stat${index}`,
      statisticOf(
        wanted,
        sorted,
        (amount) => rule.amount(amount),
        (name, of) => this.named(`${name}${index}`, of),
      ),
    );
    const own = this.named(
      `own${index}`,
      this.valued(wanted, condition.of, (field) => rule.values(this.members, join.subject, field)),
    );
    const holds = map([sorted, stat, own], (values, of, mine) =>
      both(atLeast(lengthOf(values), rule.amount(minRecords)), compared(is, mine, of, rule.amount(percent))),
    );
    return { holds: this.guarded(condition, holds), stat: { of: stat, own: map([own], (mine) => orElse(mine, number(0))) } };
  }

  private pickedAs(name: string, candidates: PerSubject<readonly Row[]>): void {
    const ofPicked = (number_: number) => map([candidates], (records) => partOfRow(records, number(1), number_));
    this.marks.set(name, {
      place: this.named(`${name}_place`, ofPicked(PLACE)),
      at: this.named(`${name}_at`, ofPicked(AT)),
      isFigure: false,
    });
  }

  private share(
    condition: JoinCondition,
    share: NonNullable<JoinCondition['share']>,
    index: number,
    counted: PerSubject<readonly Row[]>,
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
      isFigure: true,
    };
    const upTo = this.named(
      `upTo${index}`,
      map([counted, reached], (records, place) => firstOf(records, place)),
    );
    this.marks.set(share.mark, mark);
    const holds = this.guarded(
      condition,
      map([mark.place], (place) => more(place, number(0))),
    );
    return { condition, counted: upTo, holds, since: mark.at, proof: map([upTo], (records) => partsOf(records, PLACE)) };
  }
}

function raise(): never {
  throw new TypeError('a mark is written before it is used');
}
