import { ruleSchema, type RuleDefinition, type RuleKind } from '@tianyan/rules';
import { toldFrom } from '../../../libs/rules/src/compile/told-parameters.js';
import type { Draft } from '../arbitrary-rules.js';
import { isJudgedWhole } from '../oracle/judged-whole.js';

/** Whether the rule was made by {@link ruleOf}. */
export function isRandom(rule: RuleDefinition): boolean {
  return rule.id.startsWith('random-');
}

/** Of each type what a finding may say of its records: whom they name, and a number of theirs. */
const SAID: Readonly<Record<string, readonly [string, string]>> = {
  'hotline.order-event': ['unitId', 'stepNo'],
  'hotline.order': ['leadUnitId', 'promisedAtMs'],
  'assets.contract': ['villageCode', 'annualFen'],
  'assets.payment': ['projectId', 'amountFen'],
  'assets.project': ['projectId', 'contractFen'],
  'trading.deal': ['listingId', 'annualFen'],
  'platform.finding': ['unitId', 'severity'],
};

/** Subjects of all inputs, and a figure of the first, so that it is compared whose they are. */
function said(kind: Draft): Draft {
  const inputs = Object.entries(kind['inputs'] as Record<string, { type: string }>); // as the drafts write it
  const named = inputs.flatMap(([input, { type }]) => {
    const [who, number] = SAID[type] ?? [];
    return who === undefined ? [] : [{ input, who, number }];
  });
  // What is judged whole speaks of its evidence, by its own means.
  if (isJudgedWhole({ kind: kind['kind'] as RuleKind })) return {}; // as the drafts write it
  return {
    subjects: Object.fromEntries(named.map(({ input, who }) => [`${input}Who`, `${input}.${who}`])),
    figures: Object.fromEntries(named.slice(0, 1).map(({ input, number }) => [`${input}Said`, `${input}.${number}`])),
  };
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
    ...said(kind),
    ...kind,
  });
}
