/** How one field stands to another, as it is said of a rule. */
export const COMPARISON_WORDS = {
  equals: '等于',
  differs: '不同于',
  above: '大于',
  atLeast: '不小于',
  below: '小于',
  atMost: '不大于',
} as const;
