import { expect, test } from '@jest/globals';
import { exemptionRequestSchema, ruleExemptionRequestSchema } from './exemptions.js';

const asked = { subjectKind: 'scope', reason: '系统切换，七月底前补录完' };
const ofRule = { ruleId: 'order-overdue', subjectCode: 'GD-1' };

test.each([
  ['snooze', '请选择暂缓到哪一天'],
  ['exception', '请写明依据的文件（名称、文号）'],
])('what a form leaves out of %s is asked for in words', (kind, words) => {
  for (const read of [
    exemptionRequestSchema.safeParse({ kind, ...asked }),
    ruleExemptionRequestSchema.safeParse({ kind, ...asked, ...ofRule }),
  ])
    expect(read.error?.issues.map(({ message }) => message)).toEqual([words]);
});
