import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Holding, type Member, movesFor } from './assignment.js';

/** One change of membership after the other; after each, members act in any order until nobody moves. */
const history = fc.record({
  topics: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  crowds: fc.array(fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e'), { minLength: 1 }), {
    minLength: 1,
    maxLength: 6,
  }),
});

function settle(members: readonly Member[], holdings: Holding[]): { rounds: number; moved: Set<Holding> } {
  const moved = new Set<Holding>();
  for (let rounds = 0; rounds < 20; rounds++) {
    let quiet = true;
    for (const { memberId } of members) {
      const moves = movesFor(memberId, members, holdings);
      for (const holding of moves.claim) {
        expect(holding.memberId).toBeNull();
        holding.memberId = memberId;
      }
      for (const holding of moves.release) {
        expect(holding.memberId).toBe(memberId);
        holding.memberId = null;
        moved.add(holding);
      }
      if (moves.claim.length + moves.release.length > 0) quiet = false;
    }
    if (quiet) return { rounds, moved };
  }
  throw new Error('the group does not come to rest');
}

test('whoever comes and goes, every partition soon has one owner and nobody has two more than another', () => {
  fc.assert(
    fc.property(history, ({ topics, crowds }) => {
      const holdings: Holding[] = topics.flatMap((partitions, topicId) =>
        Array.from({ length: partitions }, (_, partition) => ({ topicId, partition, memberId: null })),
      );
      for (const crowd of crowds) {
        const members = crowd.map((memberId) => ({ memberId, topicIds: topics.map((_, topicId) => topicId) }));
        for (const holding of holdings)
          if (holding.memberId !== null && !crowd.includes(holding.memberId)) holding.memberId = null;
        settle(members, holdings);
        expect(holdings.every((holding) => holding.memberId !== null)).toBe(true);
        for (const topicId of topics.keys()) {
          const counts = crowd.map(
            (memberId) => holdings.filter((held) => held.topicId === topicId && held.memberId === memberId).length,
          );
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
});

test('a newcomer takes only its share; the rest stays where it is', () => {
  const holdings: Holding[] = Array.from({ length: 6 }, (_, partition) => ({ topicId: 1, partition, memberId: null }));
  settle([{ memberId: 'a', topicIds: [1] }], holdings);
  const { moved } = settle(
    ['a', 'b'].map((memberId) => ({ memberId, topicIds: [1] })),
    holdings,
  );
  expect(moved.size).toBe(3);
});

test('many topics of one partition are spread, not given to the first member', () => {
  const members = ['a', 'b', 'c'].map((memberId) => ({ memberId, topicIds: [1, 2, 3, 4, 5, 6] }));
  const holdings: Holding[] = [1, 2, 3, 4, 5, 6].map((topicId) => ({ topicId, partition: 0, memberId: null }));
  settle(members, holdings);
  for (const { memberId } of members) expect(holdings.filter((holding) => holding.memberId === memberId)).toHaveLength(2);
});

test('a member gets nothing of a topic that it does not read', () => {
  const members = [
    { memberId: 'a', topicIds: [1] },
    { memberId: 'b', topicIds: [2] },
  ];
  const holdings: Holding[] = [1, 1, 2].map((topicId, partition) => ({ topicId, partition, memberId: null }));
  settle(members, holdings);
  expect(holdings.map((holding) => holding.memberId)).toEqual(['a', 'a', 'b']);
});
