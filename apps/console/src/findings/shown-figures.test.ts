import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ruleSchema, type Names } from '@tianyan/rules';
import { describeRule } from '../rules/rule-description.js';
import { shownFigures } from './shown-figures.js';

const AT = '2026-03-02T09:00:00+08:00';
const NAMES: Names = { unit: () => undefined, division: () => undefined };
const COMMON = {
  id: 'written-by-the-test',
  version: 1,
  title: '由测试写下',
  class: '微腐败',
  severity: 'low',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '由测试写下',
};
const examplesOf = (type: string) => [{ name: '任意', now: AT, records: [{ type, id: 'x', at: AT }], expect: [] }];

/** Sums of a field of all scopes, of which one is far above the others. */
const peers = (type: string, scope: string, field: string, more: object = {}) => ({
  ...COMMON,
  scope: [scope],
  inputs: { some: { type } },
  examples: examplesOf(type),
  kind: 'outlier',
  part: { of: 'some', measure: 'sum', field },
  is: 'above',
  statistic: 'median',
  leastDistance: 1,
  minPeers: 8,
  ...more,
});

const query = {
  ...COMMON,
  scope: ['listingId'],
  inputs: { bid: { type: 'assets.bid' } },
  examples: examplesOf('assets.bid'),
  kind: 'sql',
  query: 'SELECT listingId, max(atMs) AS occurredAtMs, groupArray(id) AS bid, 60 AS winnerShare FROM bid GROUP BY listingId',
  evidence: { bid: 'bid' },
  everyMinutes: 60,
  numbers: { winnerShare: '中标人的份额', rankSum: '名次之和', stepFen: '相邻两家之差' },
};

function textsOf(written: object, figures: Readonly<Record<string, number>>): Record<string, string> {
  const rule = describeRule(ruleSchema.parse(written), builtInCatalogue);
  return Object.fromEntries(shownFigures(figures, rule, NAMES).map(({ name, text }) => [name, text]));
}

describe('a number is shown in what the rule measures', () => {
  test('a sum of seconds is none of money, and says what it is of', () => {
    const figures = { ownSum: 36_000, peersSum: 9_000, limitSum: 9_000, peers: 8 };
    expect(textsOf(peers('hotline.call', 'agentId', 'talkSeconds'), figures)).toEqual({
      ownSum: '36000 秒',
      peersSum: '9000 秒',
      limitSum: '9000 秒',
      peers: '8',
    });
    const share = {
      ...peers('hotline.agent-state', 'agentId', 'durationSeconds'),
      kind: 'ratio',
      whole: { of: 'some' },
      minWhole: 1,
      above: 10,
    };
    const { is: _is, statistic: _statistic, leastDistance: _least, minPeers: _peers, ...ratio } = share;
    // The other side counts records.
    expect(textsOf(ratio, { part: 3_600, whole: 7, percent: 10 })).toEqual({ part: '3600 秒', whole: '7', percent: '10' });
    const named = { ...ratio, figures: { lastSeconds: 'some.durationSeconds' } };
    expect(textsOf(named, { lastSeconds: 90 })).toEqual({ lastSeconds: '90 秒' });
    expect(textsOf(peers('assets.payment', 'villageCode', 'amountFen'), figures)).toMatchObject({
      ownSum: '360.00 元',
      peersSum: '90.00 元',
      limitSum: '90.00 元',
    });
  });

  test('a share of money, with both sides', () => {
    const whole = { whole: { of: 'some', measure: 'sum', field: 'amountFen' }, minWhole: 1 };
    const figures = { ownShare: 1_234, part: 36_000, whole: 291_700 };
    expect(textsOf(peers('assets.payment', 'villageCode', 'amountFen', whole), figures)).toEqual({
      ownShare: '12.34%',
      part: '360.00 元',
      whole: '2,917.00 元',
    });
  });

  test('what the author of a query calls a share or a sum is a number; fen are money', () => {
    expect(textsOf(query, { winnerShare: 60, rankSum: 500, stepFen: 500 })).toEqual({
      winnerShare: '60',
      rankSum: '500',
      stepFen: '5.00 元',
    });
  });

  test('of a rule that is gone nothing has a name', () => {
    expect(shownFigures({ ownSum: 1 }, null, NAMES)).toEqual([]);
  });
});
