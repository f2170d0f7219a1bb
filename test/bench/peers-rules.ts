import { parseRule, type RuleDefinition } from '@tianyan/rules';

/** Calls back on one day: so many in all, of which so many say that nothing was solved. */
function revisits(all: number, unsolved: number): string {
  const record = (n: number) =>
    `{ type: hotline.order-event, id: e${n}, at: '2026-03-02T09:${String(n).padStart(2, '0')}:00+08:00', orderId: A${n}, unitId: U1, action: called-back, solved: ${n > unsolved} }`;
  return `[${Array.from({ length: all }, (_none, i) => record(i + 1)).join(', ')}]`;
}

/** The peers' five rules in this language; RULES.md says what they mean. */
const RULES: readonly string[] = [
  `
id: peers-r1
title: 三十天内退回五次
description: 三十天内退回五次。
scope: [orderId]
inputs: { returned: { type: hotline.order-event, where: { action: returned } } }
kind: count
any: [{ of: returned, measure: records, atLeast: 5, within: { days: 30 } }]
explanation: 工单 {orderId} 退回 {count} 次。
roles: { returned: 退回 }
examples:
  - name: 第五次与第一次相距差一毫秒满三十天
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-01T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e2, at: '2026-03-05T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e3, at: '2026-03-09T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e4, at: '2026-03-20T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e5, at: '2026-03-31T08:59:59.999+08:00', orderId: A1, action: returned }
    expect: [{ scope: A1, hit: true, occurredAt: '2026-03-31T08:59:59.999+08:00', evidence: [e1, e2, e3, e4, e5] }]
  - name: 恰好三十天的不算
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-01T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e2, at: '2026-03-05T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e3, at: '2026-03-09T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e4, at: '2026-03-20T09:00:00+08:00', orderId: A1, action: returned }
      - { type: hotline.order-event, id: e5, at: '2026-03-31T09:00:00+08:00', orderId: A1, action: returned }
    expect: []
`,
  `
id: peers-r2
title: 两次驳回之间没有通过
description: 两次驳回之间没有通过。
scope: [orderId]
inputs:
  rejected: { type: hotline.order-event, where: { action: completion-rejected } }
  completed: { type: hotline.order-event, where: { action: completed } }
kind: sequence
steps: [{ of: rejected }, { of: rejected, notBetween: [completed] }]
explanation: 工单 {orderId} 两次被驳回。
roles: { rejected: 驳回, completed: 通过 }
examples:
  - name: 其间又申请一次，仍算
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-01T09:00:00+08:00', orderId: A1, action: completion-rejected }
      - { type: hotline.order-event, id: e2, at: '2026-03-02T09:00:00+08:00', orderId: A1, action: completion-applied }
      - { type: hotline.order-event, id: e3, at: '2026-03-03T09:00:00+08:00', orderId: A1, action: completion-rejected }
    expect: [{ scope: A1, hit: true, occurredAt: '2026-03-03T09:00:00+08:00', evidence: [e1, e3] }]
  - name: 其间通过一次，与后一次同时，编号在前
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-01T09:00:00+08:00', orderId: A1, action: completion-rejected }
      - { type: hotline.order-event, id: e2, at: '2026-03-03T09:00:00+08:00', orderId: A1, action: completed }
      - { type: hotline.order-event, id: e3, at: '2026-03-03T09:00:00+08:00', orderId: A1, action: completion-rejected }
    expect: []
`,
  `
id: peers-r3
title: 派单后七十二小时未联系
description: 派单后七十二小时未联系。
scope: [orderId]
inputs:
  assigned: { type: hotline.order-event, where: { action: dispatched } }
  contacted: { type: hotline.order-event, where: { action: contacted } }
kind: absence
any: [{ of: assigned, which: first, expect: [contacted], deadline: { hours: 72, boundary: strict } }]
explanation: 工单 {orderId} 派单后未联系。
roles: { assigned: 派单, contacted: 迟到的联系 }
examples:
  - name: 恰好七十二小时的联系晚了
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-01T09:00:00+08:00', orderId: A1, action: dispatched }
      - { type: hotline.order-event, id: e2, at: '2026-03-04T09:00:00+08:00', orderId: A1, action: contacted }
    expect: [{ scope: A1, hit: true, occurredAt: '2026-03-04T09:00:00+08:00', evidence: [e1, e2] }]
  - name: 差一毫秒的还算及时，后来的派单不问
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: hotline.order-event, id: e1, at: '2026-03-01T09:00:00+08:00', orderId: A1, action: dispatched }
      - { type: hotline.order-event, id: e2, at: '2026-03-04T08:59:59.999+08:00', orderId: A1, action: contacted }
      - { type: hotline.order-event, id: e3, at: '2026-03-10T09:00:00+08:00', orderId: A1, action: dispatched }
    expect: []
`,
  `
id: peers-r4
title: 一天的回访三成以上不满意
description: 一个单位一天的回访不少于二十次，三成以上没有解决。
scope: [unitId, atDay]
inputs:
  revisit: { type: hotline.order-event, where: { action: called-back } }
  unsolved: { type: hotline.order-event, where: { action: called-back, solved: false } }
kind: ratio
part: { of: unsolved }
whole: { of: revisit }
minWhole: 20
above: 30
decide: closed
explanation: '{unitId:单位名} {atDay} 回访 {whole} 次，{part} 次没有解决。'
roles: { revisit: 回访, unsolved: 没有解决 }
examples:
  - name: 二十次里七次，这一天过完才算
    now: '2026-03-03T00:00:00+08:00'
    records: ${revisits(20, 7)}
    expect:
      - { scope: U1|2026-03-02, hit: true, occurredAt: '2026-03-03T00:00:00+08:00', evidence: [e1, e2, e3, e4, e5, e6, e7], figures: { part: 7, whole: 20 } }
  - name: 这一天还没过完
    now: '2026-03-02T23:59:59.999+08:00'
    records: ${revisits(20, 7)}
    expect: [{ scope: U1|2026-03-02, hit: false, dueAt: '2026-03-03T00:00:00+08:00' }]
  - name: 恰好三成的不算
    now: '2026-03-03T00:00:00+08:00'
    records: ${revisits(20, 6)}
    expect: []
  - name: 只有十九次的不算
    now: '2026-03-03T00:00:00+08:00'
    records: ${revisits(19, 19)}
    expect: []
`,
  `
id: peers-r5
title: 付款后一百八十天内同村同类又有诉求
description: 付款后一百八十天内同村同类又有诉求。
scope: [orderId]
inputs:
  order: { type: hotline.order }
  payment: { type: assets.payment, link: { to: order, on: [{ villageCode: villageCode, account: matter }] } }
kind: join
subject: order
all: [{ of: payment, before: order, pick: last, within: { days: 180 }, atLeast: 1 }]
figures: { paymentId: payment.id }
explanation: 工单 {orderId} 之前不久付过款：{paymentId}。
roles: { order: 诉求, payment: 之前最近的付款 }
examples:
  - name: 最近的一笔，与诉求同时而编号在前的也在前
    now: '2026-06-01T09:00:00+08:00'
    records:
      - { type: assets.payment, id: e1, at: '2026-02-01T09:00:00+08:00', villageCode: V1, account: road }
      - { type: assets.payment, id: e2, at: '2026-03-01T09:00:00+08:00', villageCode: V1, account: road }
      - { type: hotline.order, id: e3, at: '2026-03-01T09:00:00+08:00', orderId: A1, villageCode: V1, matter: road }
      - { type: assets.payment, id: e4, at: '2026-03-01T09:00:00+08:00', villageCode: V1, account: road }
    expect: [{ scope: A1, hit: true, occurredAt: '2026-03-01T09:00:00+08:00', evidence: [e2, e3], figures: { paymentId: e2 } }]
  - name: 恰好一百八十天、别的村、别的类、后来的，都不算
    now: '2026-12-01T09:00:00+08:00'
    records:
      - { type: assets.payment, id: e1, at: '2026-01-01T09:00:00+08:00', villageCode: V1, account: road }
      - { type: assets.payment, id: e2, at: '2026-03-01T09:00:00+08:00', villageCode: V2, account: road }
      - { type: assets.payment, id: e3, at: '2026-03-01T09:00:00+08:00', villageCode: V1, account: water }
      - { type: hotline.order, id: e4, at: '2026-06-30T09:00:00+08:00', orderId: A1, villageCode: V1, matter: road }
      - { type: assets.payment, id: e5, at: '2026-06-30T09:00:00+08:00', villageCode: V1, account: road }
    expect: []
`,
];

/** What the rule language asks of every rule and nobody judges here. */
const OF_EVERY_RULE = `version: 1
class: 官僚主义
severity: medium
basis: [{ document: 比较用, demands: 没有要求 }]
`;

export function peersRules(): readonly RuleDefinition[] {
  return RULES.map((rule) => parseRule(`${rule.trim()}\n${OF_EVERY_RULE}`));
}

/** As the peers write alerts: `RULE<TAB>KEY`; the key of R5 names the payment too. */
export function alertOf(ruleId: string, scope: string, { paymentId }: Readonly<Record<string, unknown>>): string {
  return `${ruleId.replace('peers-r', 'R')}\t${scope}${typeof paymentId === 'string' ? `|${paymentId}` : ''}`;
}
