/** How one field stands to another, as it is said of a rule. */
export const COMPARISON_WORDS = {
  equals: '等于',
  differs: '不同于',
  above: '大于',
  atLeast: '不小于',
  below: '小于',
  atMost: '不大于',
} as const;

/** The same of dates and instants. */
export const DATE_COMPARISON_WORDS = {
  equals: '就是',
  differs: '不是',
  above: '晚于',
  atLeast: '不早于',
  below: '早于',
  atMost: '不晚于',
} as const;
