/** Where a clue stands. What leads from one to another stands in one table: `machine/step-table.ts`. */
export const CLUE_STATES = [
  'registered',
  'verifying',
  'disposing',
  'awaiting-approval',
  'handling',
  'rectifying',
  'awaiting-acceptance',
  'concluding',
  'closed',
  'on-hold',
  'transferred',
  'suspended',
  'awaiting-reopening',
  'merged',
  'cancelled',
] as const;
export type ClueState = (typeof CLUE_STATES)[number];

export const CLUE_STATE_LABELS: Readonly<Record<ClueState, string>> = {
  registered: '待分办',
  verifying: '核实中',
  disposing: '待处置',
  'awaiting-approval': '待审批',
  handling: '处置中',
  rectifying: '整改中',
  'awaiting-acceptance': '待验收',
  concluding: '待办结',
  closed: '已办结',
  'on-hold': '暂存待查',
  transferred: '已移送',
  suspended: '已中止',
  'awaiting-reopening': '待批重启',
  merged: '已并案',
  cancelled: '已撤销',
};

/** Nobody has anything to do: work on it is over, or was never begun. */
export const OVER_STATES = ['closed', 'merged', 'cancelled'] as const satisfies readonly ClueState[];

/** The four disposals (四种处置方式). */
export const DISPOSALS = ['talk-or-letter', 'preliminary-inquiry', 'hold', 'conclude'] as const;
export type Disposal = (typeof DISPOSALS)[number];
export const DISPOSAL_LABELS: Readonly<Record<Disposal, string>> = {
  'talk-or-letter': '谈话函询',
  'preliminary-inquiry': '初步核实',
  hold: '暂存待查',
  conclude: '予以了结',
};

/** The four forms (四种形态), of one person. */
export const FORMS = ['first', 'second', 'third', 'fourth'] as const;
export type Form = (typeof FORMS)[number];
export const FORM_LABELS: Readonly<Record<Form, string>> = {
  first: '第一种形态',
  second: '第二种形态',
  third: '第三种形态',
  fourth: '第四种形态',
};

/** What verification has found: as of a finding. */
export const CLUE_VERDICTS = ['confirmed', 'unfounded', 'permitted', 'data-error'] as const;
export type ClueVerdict = (typeof CLUE_VERDICTS)[number];
export const CLUE_VERDICT_LABELS: Readonly<Record<ClueVerdict, string>> = {
  confirmed: '属实',
  unfounded: '不属实',
  permitted: '政策允许',
  'data-error': '数据错误',
};
