import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from '../../compile/check/index.js';
import { describeRule } from '../../explain/describe.js';
import { ruleSchema } from '../../language/rule.js';

const BASE = {
  id: 'bidders-take-turns',
  version: 1,
  title: '轮流中标',
  class: '微腐败',
  severity: 'high',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '由测试写下的规则。',
  scope: ['townshipCode', 'atYear'],
  inputs: {
    listing: { type: 'trading.listing' },
    bid: { type: 'trading.bid', link: { to: 'listing', on: [{ listingId: 'listingId' }] } },
    deal: { type: 'trading.deal', link: { to: 'listing', on: [{ listingId: 'listingId' }] } },
  },
  examples: [
    {
      name: '任意',
      now: '2026-03-02T09:00:00+08:00',
      records: [{ type: 'trading.listing', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
  kind: 'rotation',
  sets: { of: 'bid', key: 'listingId', member: 'bidder' },
  overlap: { percent: 70 },
  atLeast: 3,
  winners: { of: 'deal', member: 'winner', atLeast: 2 },
};

test('is said in words', () => {
  expect(describeRule(ruleSchema.parse(BASE), builtInCatalogue)).toContain(
    '“竞价记录”按项目编号分组，各组的成员是不同的竞买人（至少 2 个）；有 3 组以上的成员与同一组重合，达到两组全部成员的 70%，且其中“成交记录”的成交人至少有 2 个不同的',
  );
});

test.each([
  [{ sets: { of: 'bids', key: 'listingId', member: 'bidder' } }, 'sets.key'],
  [{ sets: { of: 'bid', key: 'listing', member: 'bidder' } }, 'sets.key'],
  [{ sets: { of: 'bid', key: 'listingId', member: 'person' } }, 'sets.member'],
  [{ sets: { of: 'bid', key: 'listingId', member: 'bidder', minMembers: 0 } }, 'sets.minMembers'],
  [{ overlap: { percent: 101 } }, 'overlap.percent'],
  [{ overlap: { percent: 0 } }, 'overlap.percent'],
  [{ atLeast: 0 }, 'atLeast'],
  [{ winners: { of: 'deal', member: 'winner', atLeast: 0 } }, 'winners.atLeast'],
  [{ winners: { of: 'deal', key: 'annualFen', member: 'winner', atLeast: 1 } }, 'winners.key'],
  [{ winners: { of: 'deal', member: 'winners', atLeast: 1 } }, 'winners.member'],
  // Who bid stays in the evidence.
  [{ figures: { who: 'bid.bidder' } }, 'figures.who'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(checkRule(ruleSchema.parse({ ...BASE, ...change }), builtInCatalogue).map((problem) => problem.path)).toContain(path);
});

test('as it stands nothing is wrong', () => {
  expect(checkRule(ruleSchema.parse(BASE), builtInCatalogue)).toEqual([]);
});
