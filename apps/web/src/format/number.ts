const grouped = new Intl.NumberFormat('zh-CN');

/** 1,204,332 */
export function numberText(value: number): string {
  return grouped.format(value);
}

/** 120.4 万 from ten thousand up: large counts in the unit that people think in. */
export function shortNumberText(value: number): string {
  if (value < 10_000) return grouped.format(value);
  if (value < 100_000_000) return `${trim(value / 10_000)} 万`;
  return `${trim(value / 100_000_000)} 亿`;
}

function trim(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0).replace(/\.0$/, '');
}
