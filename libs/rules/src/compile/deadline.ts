import { step, type Expr, type Field } from '../expression/expr.js';
import { calendar, dayOf, endOfDay, firstDay, ordinalOf, startOfDay, workingDeadline } from '../expression/operators/days.js';
import { map } from '../expression/operators/lists.js';
import { movedDue, type CountedFrom, type DeadlineUnit } from '../expression/operators/moved-due.js';
import { officeDeadline, officeTime } from '../expression/operators/office-hours.js';
import type { Row } from '../expression/operators/rows.js';
import { less } from '../expression/operators/tests.js';
import { choose, limitFrom, minus, number, orElse, plus, times } from '../expression/operators/values.js';
import { OFFICE_HOURS, officeSession, type Deadline } from '../language/deadline.js';
import type { ParameterRef } from '../language/values.js';
import { NEVER_MS } from './calendar.js';
import { dayIn, lastOf, lookedUp, whenFields } from './looked-up.js';
import type { RuleContext } from './rule-context.js';

const HOUR_MS = 3_600_000;

/** Milliseconds from D to the first instant at which it is missed; see `boundary` in the language. */
export function missedAfter(deadline: Deadline): 0 | 1 {
  return deadline.boundary === 'strict' ? 0 : 1;
}

/** The records from which deadlines are counted, as aligned lists. */
export interface Starts {
  /** Input they come from. */
  input: string;
  /** Keeps the steps of several clauses apart. */
  suffix: string;
  at: Expr<readonly number[]>;
  values: (field: string) => Expr<readonly Field[]>;
}

/** Lists aligned with the starts. */
export interface LoweredDeadline {
  /** n of the deadline; −1: there is none. */
  limit: Expr<readonly number[]>;
  /** D as it stands without pauses and extensions; NEVER_MS: there is none. */
  plainDue: Expr<readonly number[]>;
  /** D moved by pauses and extensions; see {@link movedDue}. */
  moved(places: Expr<readonly number[]>, events: Expr<readonly Row[]>): Expr<readonly number[]>;
  /** What a pause adds from its beginning to its end: the difference of this measure of their instants. */
  mark(atMs: Expr<number>): Expr<number>;
}

/** Fields for one start inside a lambda over all of them: from the `details` record where there is one, else from the start. */
class DeadlineFields {
  /** Fields of the starts that the deadline needs. */
  readonly own: readonly string[];
  private readonly details = new Map<string, Expr<Field>>();

  constructor(
    private readonly deadline: Deadline,
    private readonly starts: Starts,
    private readonly rule: RuleContext,
    table: ParameterRef | null,
  ) {
    const looked = [deadline.field, table?.region, table?.day === 'start' ? undefined : table?.day, ...whenFields(rule, table)];
    const fields = [deadline.from, ...(deadline.details === undefined ? looked : [])];
    this.own = [...new Set(fields.filter((field) => field !== undefined))];
    if (deadline.details === undefined) return;
    for (const field of looked) {
      if (field === undefined) continue;
      const name = `${starts.suffix}_details_${field}`;
      this.details.set(field, lastOf(rule, name, deadline.details, field));
    }
  }

  column(field: string) {
    return this.rule.column(this.deadline.details ?? this.starts.input, field);
  }

  /** A list made of the starts, each with its instant and its fields. */
  perStart<T>(body: (at: Expr<number>, fields: StartFields) => Expr<T>): Expr<readonly T[]> {
    const lists = this.own.map((field) => this.starts.values(field));
    return map<readonly unknown[], T>([this.starts.at, ...lists], (at, ...values) => {
      // The first list is that of the instants, the others are of fields.
      const own = (field: string) => values[this.own.indexOf(field)] as Expr<Field>;
      return body(at as Expr<number>, {
        start: own,
        looked: (field) => this.details.get(field) ?? own(field),
      });
    });
  }

  /** Day of the beginning; missing if the field `from` is empty and nothing stands in for it. */
  startDay(at: Expr<number>, fields: StartFields): Expr<number | null> {
    const { from, orAt } = this.deadline;
    if (from === undefined) return dayOf(at);
    const value = fields.start(from) as Expr<number | null>; // the check of the rule: a day or an instant
    const day = this.rule.column(this.starts.input, from).kind === 'day' ? value : dayOf(value);
    return orAt ? orElse(day, orElse(dayOf(at), number(0))) : day;
  }

  limit(wanted: number | ParameterRef, at: Expr<number>, fields: StartFields): Expr<number | null> {
    const { rule } = this;
    const table = typeof wanted === 'number' ? undefined : rule.rule.parameters[wanted.parameter]?.table;
    if (typeof wanted === 'number' || !table) return rule.amount(wanted);
    const record = { column: (field: string) => this.column(field), value: fields.looked };
    return lookedUp(wanted, table, rule, record, (field) =>
      field === 'start' ? this.startDay(at, fields) : dayIn(record, field),
    );
  }
}

interface StartFields {
  start: (field: string) => Expr<Field>;
  looked: (field: string) => Expr<Field>;
}

/** A deadline that stands in a field: no counting, no pauses. */
function fieldDeadline(
  field: string,
  isStrict: boolean,
  fields: DeadlineFields,
  { suffix, at }: Starts,
  rule: RuleContext,
): LoweredDeadline {
  const isDay = fields.column(field).kind === 'day';
  const due = fields.perStart((_at, { looked }) => {
    const value = looked(field) as Expr<number | null>; // the check of the rule: a day or an instant
    return orElse(isDay ? endOfDay(value) : value, number(NEVER_MS));
  });
  const plainDue = step(rule.named(`${suffix}_due`), due);
  const limit = step(
    rule.named(`${suffix}_limit`),
    map([at], (atMs) => minus(atMs, atMs)),
  );
  const from = { limit, at, day: limit, ordinal: limit };
  return {
    limit,
    plainDue,
    moved: (places, events) => movedDue('field', isStrict, { places, plainDue, from }, events),
    mark: () => number(0),
  };
}

/** Computes D for each start; see `deadlineSchema` for the meaning. */
export function lowerDeadline(deadline: Deadline, starts: Starts, rule: RuleContext): LoweredDeadline {
  const wanted = deadline.workingDays ?? deadline.calendarDays ?? deadline.workingHours ?? deadline.hours ?? 0;
  const fields = new DeadlineFields(deadline, starts, rule, typeof wanted === 'number' ? null : wanted);
  const isStrict = deadline.boundary === 'strict';
  if (deadline.field !== undefined) return fieldDeadline(deadline.field, isStrict, fields, starts, rule);
  const { suffix, at } = starts;
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(`${suffix}_${name}`), of);
  const limit = named(
    'limit',
    fields.perStart((atMs, own) => limitFrom(fields.startDay(atMs, own), fields.limit(wanted, atMs, own))),
  );
  const by = (unit: DeadlineUnit, plainDue: Expr<readonly number[]>, from: CountedFrom) => ({
    limit,
    plainDue,
    moved: (places: Expr<readonly number[]>, events: Expr<readonly Row[]>) =>
      movedDue(unit, isStrict, { places, plainDue, from }, events),
  });
  if (deadline.hours !== undefined) {
    const plainDue = named(
      'due',
      map([limit, at], (n, atMs) => choose(less(n, number(0)), number(NEVER_MS), plus(atMs, times(n, number(HOUR_MS))))),
    );
    return { ...by('hours', plainDue, { limit, at, day: limit, ordinal: limit }), mark: (atMs) => atMs };
  }
  if (deadline.workingHours !== undefined) {
    const hours = (deadline.officeHours ?? OFFICE_HOURS).map(officeSession);
    // Without a deadline the instant does not matter; one of the calendar's first day is always there.
    const began = (n: Expr<number>, atMs: Expr<number>) => choose(less(n, number(0)), startOfDay(firstDay(calendar)), atMs);
    const opened = named(
      'office',
      map([limit, at], (n, atMs) => officeTime(hours, began(n, atMs))),
    );
    const due = map([limit, at, opened], (n, atMs, officeMs) => officeDeadline(hours, n, { atMs, officeMs }));
    return {
      ...by(hours, named('due', due), { limit, at, day: limit, ordinal: opened }),
      mark: (atMs) => officeTime(hours, atMs),
    };
  }
  // Without a deadline the day does not matter; the calendar's first is always there.
  const anyDay = deadline.workingDays === undefined ? number(0) : firstDay(calendar);
  const days = fields.perStart((atMs, own) => orElse(fields.startDay(atMs, own), anyDay));
  const day = named(
    'day',
    map([limit, days], (n, ofStart) => choose(less(n, number(0)), anyDay, ofStart)),
  );
  const mark = (atMs: Expr<number>) => orElse(dayOf(atMs), number(0));
  if (deadline.calendarDays !== undefined) {
    const due = map([limit, day], (n, d) =>
      choose(less(n, number(0)), number(NEVER_MS), orElse(endOfDay(plus(d, n)), number(0))),
    );
    return { ...by('calendarDays', named('due', due), { limit, at, day, ordinal: limit }), mark };
  }
  const ordinal = named(
    'ordinal',
    map([day], (d) => ordinalOf(calendar, d)),
  );
  const due = map([limit, day, ordinal], (n, d, o) => workingDeadline(calendar, n, d, o));
  return {
    ...by('workingDays', named('due', due), { limit, at, day, ordinal }),
    mark: (atMs) => ordinalOf(calendar, mark(atMs)),
  };
}
