import { ruleSchema, type RuleDefinition } from '@tianyan/rules';
import { toldFrom } from '../../../libs/rules/src/compile/told-parameters.js';
import type { Draft } from '../arbitrary-rules.js';

/** Whether the rule was made by {@link ruleOf}. */
export function isRandom(rule: RuleDefinition): boolean {
  return rule.id.startsWith('random-');
}

/** The draft as a rule named `random-<n>`, whose explanation names what it can of tables. */
export function ruleOf(kind: Draft, n: number): RuleDefinition {
  const rule = parsed(kind, n);
  const told = Object.keys(rule.parameters).filter((name) => rule.parameters[name]?.table && toldFrom(rule, name) !== null);
  return { ...rule, explanation: [rule.explanation, ...told.map((name) => `{${name}}`)].join('') };
}

function parsed(kind: Draft, n: number): RuleDefinition {
  return ruleSchema.parse({
    id: `random-${n}`,
    version: 1,
    title: `随机规则 ${n}`,
    class: '形式主义',
    severity: 'low',
    basis: [{ document: '测试', demands: '测试' }],
    description: '由测试随机产生的规则。',
    explanation: '由测试随机产生的规则。',
    examples: [
      {
        name: '任意',
        now: '2026-03-02T09:00:00+08:00',
        records: [{ type: 'hotline.order-event', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
        expect: [],
      },
    ],
    ...kind,
  });
}
