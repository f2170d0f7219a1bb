import { step, type Expr, type Field } from '../expression/expr.js';
import { dayOf } from '../expression/operators/days.js';
import { filter, some } from '../expression/operators/lists.js';
import { both, either, knownAtMost, not } from '../expression/operators/tests.js';
import { isMissing, number } from '../expression/operators/values.js';
import type { RuleException } from '../language/parameters.js';
import type { RuleDefinition } from '../language/rule.js';
import { dayNumberOf } from './calendar.js';
import { belongs, Fields } from './links.js';
import { dayIn } from './looked-up.js';
import type { Members, RuleContext } from './rule-context.js';
import { inputOf } from './timeline.js';

type Listed = NonNullable<RuleException['listed']>;

/** Exceptions by list that concern the records of an input: those of the type of the records that the list is linked to. */
function byList(rule: RuleDefinition, input: string): (RuleException & { listed: Listed })[] {
  const { type } = inputOf(rule, input);
  return rule.exceptions.flatMap((exception) => {
    const { listed } = exception;
    const to = listed && inputOf(rule, listed.of).link?.to;
    return listed && to !== undefined && inputOf(rule, to).type === type ? [{ ...exception, listed }] : [];
  });
}

/** The records of an input that makes a problem, less those that stand in a list; see `exceptionSchema`. */
export function lessListed(rule: RuleContext, members: Members): Members {
  return byList(rule.rule, members.input).reduce((left, exception, i) => {
    const kept = step(rule.named(`unlisted${left.bit}_${left.input}_${i}`), unlisted(rule, left, exception));
    return { ...left, linked: kept };
  }, members);
}

/** Places of the records of which no entry speaks on their day. */
function unlisted(rule: RuleContext, records: Members, { listed, from, to }: RuleException & { listed: Listed }) {
  const { of, validFrom, validTo } = listed;
  const on = inputOf(rule.rule, of).link?.on ?? [];
  const list = rule.plain(of);
  const valid = [validFrom, validTo].filter((field) => field !== undefined);
  const ofEntries = new Fields([...on.flatMap((fields) => Object.keys(fields)), ...valid], (field) =>
    rule.values(list, of, field),
  );
  const ofRecords = new Fields(
    on.flatMap((fields) => Object.values(fields)),
    (field) => rule.values(records, records.input, field),
  );
  const lists = [rule.places(records), rule.instants(records), ...ofRecords.lists] as const;
  return filter<readonly [number, number, ...Field[]]>(lists, (_place, at, ...elements) => {
    const [record, day] = [ofRecords.of(elements), dayOf(at)];
    const isListed = some<readonly [number, ...Field[]]>(
      [rule.places(list), ...ofEntries.lists],
      (_entry, ...elementsOfEntry) => {
        const entry = ofEntries.of(elementsOfEntry);
        const dayOfEntry = (field: string) => dayIn({ column: (one) => rule.column(of, one), value: entry }, field);
        const tests: Expr<boolean>[] = [belongs(on, entry, record)];
        if (validFrom !== undefined) tests.push(either(isMissing(entry(validFrom)), knownAtMost(dayOfEntry(validFrom), day)));
        if (validTo !== undefined) tests.push(either(isMissing(entry(validTo)), knownAtMost(day, dayOfEntry(validTo))));
        return tests.reduce((a, b) => both(a, b));
      },
    );
    const days: Expr<boolean>[] = [];
    if (from !== undefined) days.push(knownAtMost(number(dayNumberOf(from)), day));
    if (to !== undefined) days.push(knownAtMost(day, number(dayNumberOf(to))));
    return not(days.reduce((a, b) => both(a, b), isListed));
  });
}
