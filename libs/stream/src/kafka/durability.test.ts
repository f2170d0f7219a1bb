import { expect, test } from '@jest/globals';
import { weaknessesOf } from './durability.js';

const SAFE = { copies: 3, minInSync: 2, mayLoseByElection: false };

test('three copies, two of them in step, no election of a copy that is behind: nothing to say', () => {
  expect(weaknessesOf(SAFE)).toEqual([]);
});

test.each([
  [{ copies: 1, minInSync: 1 }, [/只有 1 个副本/]],
  [{ copies: 1, minInSync: 2 }, [/只有 1 个副本/, /任何记录都写不进去/]],
  [{ copies: 2, minInSync: 2 }, [/只有 2 个副本/, /停一台就不能写入/]],
  [{ minInSync: 1 }, [/min.insync.replicas 是 1/]],
  [{ minInSync: 3 }, [/停一台就不能写入/]],
  [{ mayLoseByElection: true }, [/unclean.leader.election.enable/]],
])('%j is said in words, each once', (difference, expected) => {
  const said = weaknessesOf({ ...SAFE, ...difference });
  expect(said).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(said[index]).toMatch(pattern);
});
