import type { Deadline } from '../language/deadline.js';
import type { ParameterRef } from '../language/values.js';
import { endOfDaySql, endOfNthWorkingDaySql, NEVER_MS, ordinalSql, uncheckedEndOfNthWorkingDaySql } from './calendar.js';
import { dayNumberSql, tableSql, type LookupContext } from './conditions.js';
import type { RuleContext } from './rule-context.js';

const HOUR_MS = 3_600_000;

/** Milliseconds from D to the first instant at which it is missed; see `boundary` in the language. */
export function missedAfter(deadline: Deadline): 0 | 1 {
  return deadline.boundary === 'strict' ? 0 : 1;
}

/** The records from which deadlines are counted, as aligned arrays. */
export interface Starts {
  /** Input they come from. */
  input: string;
  /** Suffix that keeps the columns of several clauses apart. */
  suffix: string;
  at: string;
  values(field: string): string;
}

/** Columns aligned with the starts. */
export interface DeadlineColumns {
  /** n of the deadline; −1: there is none. */
  limit: string;
  /** D as it stands without pauses and extensions; NEVER_MS: there is none. */
  plainDue: string;
  /** Arrays to pass and their names in a lambda, for {@link DeadlineColumns.counted}. */
  arrays: readonly string[];
  args: readonly string[];
  /** D counted with a sum of pauses added, inside a lambda over `args`. */
  counted(pauses: string): string;
  /** The same without the check that the calendar reaches so far, for use inside a fold; `counted` checks the outcome. */
  unchecked(pauses: string): string;
  /** What a pause adds from its beginning to its end: the difference of this measure of their instants. */
  mark(atMs: string): string;
  /** Number of the next free stage. */
  stage: number;
}

/** Collects what a lambda over the starts needs: each array once, with a name. */
class LambdaArgs {
  private readonly byArray = new Map<string, string>();

  of(array: string): string {
    let arg = this.byArray.get(array);
    if (!arg) {
      arg = `f${this.byArray.size}`;
      this.byArray.set(array, arg);
    }
    return arg;
  }

  map(expression: string): string {
    return `arrayMap((${[...this.byArray.values()].join(', ')}) -> ${expression}, ${[...this.byArray.keys()].join(', ')})`;
  }
}

/** Reads fields from the `details` record where there is one, otherwise from the start itself. */
class DeadlineFields {
  constructor(
    private readonly deadline: Deadline,
    private readonly starts: Starts,
    private readonly rule: RuleContext,
    private readonly stage: number,
    readonly args: LambdaArgs,
  ) {}

  value(field: string): string {
    const { details } = this.deadline;
    if (details === undefined) return this.args.of(this.starts.values(field));
    const values = this.rule.values(this.rule.plain(details), details, field);
    return this.rule.add(this.stage, `${this.starts.suffix}_d_${field}`, `${values}[-1]`);
  }

  column(field: string) {
    return this.rule.column(this.deadline.details ?? this.starts.input, field);
  }

  /** Day of the beginning, null if the field `from` is empty. */
  startDay(): string {
    const { from } = this.deadline;
    if (from === undefined) return dayNumberSql(this.args.of(this.starts.at));
    const value = this.args.of(this.starts.values(from));
    return this.rule.column(this.starts.input, from).kind === 'day' ? value : dayNumberSql(value);
  }

  context(): LookupContext {
    return {
      text: (field) => this.value(field),
      value: (field) => {
        const col = this.column(field);
        // A slot holds a day as its number, a flag as 0 or 1: literals must be made the same way.
        return { sql: this.value(field), column: col.slotClass === 'number' ? { ...col, kind: 'integer' } : col };
      },
      dayNumber: (field) => {
        if (field === 'start') return this.startDay();
        return this.column(field).kind === 'day' ? this.value(field) : dayNumberSql(this.value(field));
      },
    };
  }
}

function limitSql(limit: number | ParameterRef, fields: DeadlineFields, rule: RuleContext): string {
  if (typeof limit === 'number') return rule.params.add(limit, 'Int64');
  const table = rule.rule.parameters[limit.parameter]?.table;
  return table ? tableSql(table, limit, fields.context(), rule.params) : rule.amount(limit);
}

/** A deadline that stands in a field: no counting, no pauses. */
function fieldDeadline(deadline: Deadline, field: string, starts: Starts, rule: RuleContext, stage: number): DeadlineColumns {
  const args = new LambdaArgs();
  args.of(starts.at);
  const fields = new DeadlineFields(deadline, starts, rule, stage, args);
  const value = fields.value(field);
  const instant = fields.column(field).kind === 'day' ? endOfDaySql(value) : value;
  const limit = rule.add(stage + 1, `${starts.suffix}_limit`, `arrayMap(a -> toInt64(0), ${starts.at})`);
  const plainDue = rule.add(stage + 1, `${starts.suffix}_plain`, args.map(`toInt64(ifNull(${instant}, ${NEVER_MS}))`));
  return {
    limit,
    plainDue,
    arrays: [plainDue],
    args: ['d0'],
    counted: () => 'd0',
    unchecked: () => 'd0',
    mark: () => '0',
    stage: stage + 2,
  };
}

/** Computes D for each start; see `deadlineSchema` for the meaning. Takes a few stages from `stage` on. */
export function deadlineColumns(deadline: Deadline, starts: Starts, rule: RuleContext, stage: number): DeadlineColumns {
  if (deadline.field !== undefined) return fieldDeadline(deadline, deadline.field, starts, rule, stage);
  const { suffix, at } = starts;
  const wanted = deadline.workingDays ?? deadline.calendarDays ?? deadline.hours ?? 0;
  const args = new LambdaArgs();
  args.of(at);
  const fields = new DeadlineFields(deadline, starts, rule, stage, args);
  const n = limitSql(wanted, fields, rule);
  const limitOrNone = `toInt64(ifNull(if(${fields.startDay()} IS NULL, NULL, ${n}), -1))`;
  const limit = rule.add(stage + 1, `${suffix}_limit`, args.map(limitOrNone));
  if (deadline.hours !== undefined) {
    const counted = (pauses: string) => `if(l < 0, ${NEVER_MS}, a + l * ${HOUR_MS} + ${pauses})`;
    const plainDue = rule.add(stage + 2, `${suffix}_plain`, `arrayMap((l, a) -> ${counted('0')}, ${limit}, ${at})`);
    return {
      limit,
      plainDue,
      arrays: [limit, at],
      args: ['l', 'a'],
      counted,
      unchecked: counted,
      mark: (atMs) => atMs,
      stage: stage + 3,
    };
  }
  // Without a deadline the day does not matter; the calendar's first is always there.
  const dayArgs = new LambdaArgs();
  const l = dayArgs.of(limit);
  const days = new DeadlineFields(deadline, starts, rule, stage, dayArgs);
  const unknownDay = deadline.workingDays === undefined ? '0' : 'calendar.1';
  const day = rule.add(
    stage + 2,
    `${suffix}_day`,
    dayArgs.map(`if(${l} < 0, ${unknownDay}, toInt64(ifNull(${days.startDay()}, 0)))`),
  );
  if (deadline.calendarDays !== undefined) {
    const counted = (pauses: string) => `if(l < 0, ${NEVER_MS}, ${endOfDaySql(`d + l + ${pauses}`)})`;
    const plainDue = rule.add(stage + 3, `${suffix}_plain`, `arrayMap((l, d) -> ${counted('0')}, ${limit}, ${day})`);
    return {
      limit,
      plainDue,
      arrays: [limit, day],
      args: ['l', 'd'],
      counted,
      unchecked: counted,
      mark: dayNumberSql,
      stage: stage + 4,
    };
  }
  const ordinal = rule.add(stage + 3, `${suffix}_ord`, `arrayMap(d -> ${ordinalSql('d')}, ${day})`);
  const counted = (pauses: string) =>
    `multiIf(l < 0, ${NEVER_MS}, l + ${pauses} = 0, ${endOfDaySql('d')}, ${endOfNthWorkingDaySql('o', `greatest(l + ${pauses}, 1)`)})`;
  const plainDue = rule.add(stage + 4, `${suffix}_plain`, `arrayMap((l, d, o) -> ${counted('0')}, ${limit}, ${day}, ${ordinal})`);
  return {
    limit,
    plainDue,
    arrays: [limit, day, ordinal],
    args: ['l', 'd', 'o'],
    counted,
    unchecked: (pauses) =>
      `multiIf(l < 0, ${NEVER_MS}, l + ${pauses} = 0, ${endOfDaySql('d')}, ${uncheckedEndOfNthWorkingDaySql('o', `l + ${pauses}`)})`,
    mark: (atMs) => ordinalSql(dayNumberSql(atMs)),
    stage: stage + 5,
  };
}
