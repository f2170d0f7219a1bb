import { builtInCatalogue } from '@tianyan/contracts';
import { describe, expect, test } from '@jest/globals';
import { loadPack } from '../pack.js';
import { inputsInWords, judgedInWords } from './describe.js';

const rules = new Map(loadPack().map((rule) => [rule.id, rule]));
function ruleOf(id: string) {
  const rule = rules.get(id);
  if (!rule) throw new Error(`no rule ${id}`);
  return rule;
}

describe('shipped rules in one sentence: conditions follow what they limit', () => {
  test.each([
    ['rent-paid-by-another', '同一合同里，对每条“合同”：有“收款”，其对方户名不同于该“合同”的承租（承包）方'],
    [
      'contract-differs-from-deal',
      '同一合同里，对每条“合同”：有“成交记录”；并且没有这样的“成交记录”：成交价（年）等于该“合同”的年租金，且期限与该“合同”相同',
    ],
    [
      'lease-far-below-peers',
      '同一合同里，对每条“合同”：该“合同”的年租金（每亩）小于“同类合同”的中位数的 70%（满 5 条才比；只比这样的“同类合同”：合同编号与该“合同”不同，且签订日期不晚于该“合同”的签订日期，且签订日期不早于该“合同”的签订日期减 365 天）',
    ],
    ['lease-over-term', '同一合同里，出现下面这样的“合同”'],
    [
      'agent-busy-share',
      '同一坐席工号、同一天里，“示忙”的持续时长合计占“坐席状态”的持续时长合计超过 10%（后者至少 14400 秒才判断，当天过完才判断）',
    ],
    ['returned-too-late', '同一工单、同一办理单位里，最后一条“派单或改派”之后 2 个工作日内没有“退回”，过后才有'],
    ['large-cash-payment', '同一村（社区）、同一个月里，“现金支出”的金额合计大于 0'],
    ['relet-at-higher-price', '同一资产资源里，先有“合同”，后有“合同”（365 天内，年租金大于第 1 步的年租金的 150%）'],
  ])('%s', (id, words) => expect(judgedInWords(ruleOf(id), builtInCatalogue)).toBe(words));

  test('numbers bear their unit, one row of a table is its value, amounts are yuan', () => {
    const inputs = (id: string) => inputsInWords(ruleOf(id), builtInCatalogue).map(({ words }) => words);
    expect(inputs('lease-over-term')).toEqual(['“合同”：三资合同，合同类型为租赁、发包之一，期限大于 240 个月']);
    expect(inputs('large-cash-payment')).toEqual(['“现金支出”：收支流水，收支方向为支出，结算方式为现金，金额大于 1,000.00 元']);
    expect(judgedInWords(ruleOf('order-overdue'), builtInCatalogue)).toContain('按表（诉求类型为咨询：3；其余：5）');
  });
});
