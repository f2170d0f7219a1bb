import type { Rotation } from '@tianyan/rules';
import { field, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

/** As the guide says: each set is compared with two hundred before it and two hundred after it. */
const APART = 200;

type Value = ReturnType<typeof field>;

interface MemberSet {
  key: Value;
  members: Set<Value>;
}

export function judgeRotation(rule: Rotation, scope: ScopeView): Verdict {
  const { sets: written, overlap, atLeast, winners } = rule;
  const amount = (of: Parameters<typeof scope.view.amount>[0]) => scope.view.amount(of) ?? Number.NaN;
  const bids = scope.making(written.of).filter((r) => field(r, written.key) !== null && field(r, written.member) !== null);
  const wonKey = winners?.key ?? written.key;
  const won = winners
    ? scope.making(winners.of).filter((r) => field(r, wonKey) !== null && field(r, winners.member) !== null)
    : [];
  const sets = setsOf(bids, written.key, written.member).filter(({ members }) => members.size >= amount(written.minMembers));

  const groups = sets.map((own, i) =>
    sets.filter((other, j) => Math.abs(i - j) <= APART && overlaps(own, other, amount(overlap.percent), overlap.of)),
  );
  const found = groups.map((group) => {
    const keys = group.map(({ key }) => key);
    const ofSets = bids.filter((r) => keys.includes(field(r, written.key)));
    const ofWinners = won.filter((r) => keys.includes(field(r, wonKey)));
    const differentWinners = new Set(ofWinners.map((r) => field(r, winners?.member ?? ''))).size;
    const completeMs = Math.max(...[...ofSets, ...ofWinners].map(({ atMs }) => atMs));
    return { group, ofSets, ofWinners, differentWinners, completeMs };
  });
  const counting = found.filter(
    ({ group, differentWinners }) => group.length >= amount(atLeast) && (!winners || differentWinners >= amount(winners.atLeast)),
  );
  const [first] = counting;
  if (!first) return { ...NO_HIT, pendingMs: [] };
  const largest = counting.reduce((best, one) => (one.group.length > best.group.length ? one : best), first);
  return {
    hit: true,
    occurredAtMs: Math.min(...counting.map(({ completeMs }) => completeMs)),
    pendingMs: [],
    evidence: evidenceOf(
      counting.flatMap(({ ofSets, ofWinners }) => [
        ...ofSets.map((record) => ({ role: written.of, record })),
        ...ofWinners.map((record) => ({ role: winners?.of ?? '', record })),
      ]),
    ),
    figures: {
      sets: largest.group.length,
      members: new Set(largest.group.flatMap(({ members }) => [...members])).size,
      winners: largest.differentWinners,
      involved: new Set(counting.flatMap(({ group }) => group)).size,
      firstAtMs: largest.ofSets[0]?.atMs ?? 0,
      lastAtMs: largest.ofSets.at(-1)?.atMs ?? 0,
    },
  };
}

function setsOf(records: readonly OracleRecord[], key: string, member: string): MemberSet[] {
  const sets: MemberSet[] = [];
  for (const record of records) {
    const [of, value] = [field(record, key), field(record, member)];
    const known = sets.find((set) => set.key === of);
    if (known) known.members.add(value);
    else sets.push({ key: of, members: new Set([value]) });
  }
  return sets;
}

function overlaps({ members: a }: MemberSet, { members: b }: MemberSet, percent: number, of: 'union' | 'smaller'): boolean {
  const common = [...a].filter((member) => b.has(member)).length;
  const whole = of === 'union' ? new Set([...a, ...b]).size : Math.min(a.size, b.size);
  return 100 * common >= percent * whole;
}
