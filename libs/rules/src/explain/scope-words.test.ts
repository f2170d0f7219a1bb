import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ruleSchema } from '../language/rule.js';
import { findingsInWords, judgedInWords } from './describe.js';

const RULE = {
  id: 'many-returns',
  version: 1,
  title: '一周内退回三次',
  class: '不担当不作为',
  severity: 'medium',
  basis: [{ document: 'GB/T 33358-2016', demands: '按规定办理' }],
  description: '一周内退回三次。',
  scope: ['orderId'],
  inputs: { returned: { type: 'hotline.order-event', where: { action: 'returned' } } },
  kind: 'count',
  any: [{ of: 'returned', measure: 'records', atLeast: 3, within: { days: 7 } }],
  explanation: '退回 {count} 次。',
  roles: { returned: '退回' },
  examples: [
    {
      name: '没有',
      now: '2026-06-01T09:00:00+08:00',
      records: [{ type: 'hotline.order-event', id: 'e1', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
};
const { any: _any, ...WITHOUT_KIND } = RULE;
const rule = (change: object) => ruleSchema.parse({ ...('kind' in change ? WITHOUT_KIND : RULE), ...change });

test.each<[string, object, string]>([
  ['of an order', {}, '同一工单里，7 天内，“退回”达到 3 条'],
  ['of a unit', { scope: ['unitId'] }, '同一办理单位里，7 天内，“退回”达到 3 条'],
  ['of a unit of an order', { scope: ['orderId', 'unitId'] }, '同一工单、同一办理单位里，7 天内，“退回”达到 3 条'],
  ['of a week', { scope: ['unitId', 'atWeek'] }, '同一办理单位、同一周里，7 天内，“退回”达到 3 条'],
  [
    'of a firm, by its code',
    {
      scope: ['firmCreditCode'],
      inputs: { returned: { type: 'assets.contract', scope: { firmCreditCode: 'lesseeCreditCode' } } },
    },
    '同一承租（承包）方里，7 天内，“退回”达到 3 条',
  ],
  [
    'by the field that a part is read from',
    { scope: ['who'], inputs: { returned: { type: 'hotline.order-event', scope: { who: 'unitId' } } } },
    '同一办理单位里，7 天内，“退回”达到 3 条',
  ],
  [
    'by the input with a scope of its own',
    {
      scope: ['matterKey'],
      inputs: {
        returned: { type: 'hotline.order-event', link: { to: 'order', on: [{ orderId: 'orderId' }] } },
        order: { type: 'hotline.order' },
      },
    },
    '同一诉求里，7 天内，“退回”达到 3 条',
  ],
  ['of single records', { scope: ['id'], kind: 'match', of: 'returned' }, '同一条记录里，出现下面这样的“退回”'],
])('%s', (_name, change, words) => expect(judgedInWords(rule(change), builtInCatalogue)).toBe(words));

test.each<[string, object, string]>([
  [
    'a window, and no period: one for all windows',
    {},
    '每个工单最多一条疑点。不同时间的几次都合在这一条里；要每周、每月各出一条，请在判断对象里再加“发生的那一周”“发生月份”（跨周、跨月的就不连着数）',
  ],
  [
    'a window and a period',
    { scope: ['unitId', 'atWeek'] },
    '每个办理单位、每周最多一条疑点。时间窗只在同一周里数，跨过去的不连着数',
  ],
  [
    'a period',
    { scope: ['unitId', 'atMonth'], any: [{ of: 'returned', measure: 'records', atLeast: 3 }] },
    '每个办理单位、每个月最多一条疑点',
  ],
  [
    'neither',
    { any: [{ of: 'returned', measure: 'records', atLeast: 3 }] },
    '每个工单最多一条疑点，不同时间的几次也合在这一条里',
  ],
])('how many findings there may be: %s', (_name, change, words) =>
  expect(findingsInWords(rule(change), builtInCatalogue)).toBe(words),
);
