/** Enough of the language to see each control of the form. */
export const RULE_FORM = {
  kinds: [
    {
      kind: 'count',
      label: '计数',
      one: [],
      parts: [
        {
          key: 'any',
          label: '满足其一即可',
          optional: false,
          node: {
            control: 'list' as const,
            item: {
              control: 'object' as const,
              one: [],
              parts: [
                { key: 'of', label: '记录', optional: false, node: { control: 'input' as const } },
                { key: 'atLeast', label: '达到（不小于）', optional: false, node: { control: 'amount' as const } },
                { key: 'field', label: '字段', optional: true, node: { control: 'field' as const } },
              ],
            },
          },
        },
      ],
    },
  ],
  parameter: {
    control: 'object' as const,
    one: [],
    parts: [
      { key: 'label', label: '名称', optional: false, node: { control: 'text' as const } },
      { key: 'value', label: '值', optional: false, node: { control: 'integer' as const } },
    ],
  },
  example: {
    control: 'object' as const,
    one: [],
    parts: [
      { key: 'name', label: '名称', optional: false, node: { control: 'text' as const } },
      { key: 'now', label: '现在', optional: false, node: { control: 'instant' as const } },
      { key: 'records', label: '记录', optional: false, node: { control: 'unknown' as const } },
    ],
  },
  exception: {
    control: 'object' as const,
    one: [],
    parts: [{ key: 'reason', label: '理由', optional: false, node: { control: 'text' as const } }],
  },
  classes: [{ value: '形式主义', label: '形式主义' }],
  severities: [{ value: 'medium', label: '中' }],
  commonFields: [{ name: 'atDay', label: '发生日期', kind: 'code' }],
  formats: ['元', '时间'],
  templates: [
    {
      name: '次数过多',
      description: '一个对象的某种记录在一段时间内达到几次。',
      yaml: 'id: too-many\ntitle: 次数过多\nscope: [orderId]\ninputs:\n  order: { type: hotline.order, where: { category: complaint } }\nkind: count\nany: [{ of: order, atLeast: 3 }]\n',
    },
  ],
};

export function checked(yaml: string) {
  return {
    problems: yaml.includes('explanation') ? [] : [{ path: 'explanation', place: '说明文字', message: '缺少这一项', line: null }],
    meaning: {
      judged: '同一工单里，“热线工单”达到 3 条',
      findings: '每个工单最多一条疑点，不同时间的几次也合在这一条里',
      inputs: [{ name: 'order', words: '“热线工单”：热线工单，诉求类型为投诉' }],
    },
    figures: [
      { name: 'count', label: '次数' },
      { name: 'orderId', label: '工单编号' },
    ],
  };
}
