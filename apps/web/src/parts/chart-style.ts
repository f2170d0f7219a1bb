import { FONT_STACK, palette } from '../app/theme.js';

/** What all charts share. */
export const textStyle = { fontFamily: FONT_STACK, color: palette.inkFaint, fontSize: 12 };

export const tooltip = {
  trigger: 'axis',
  confine: true,
  borderWidth: 0,
  padding: [8, 12],
  backgroundColor: palette.navy,
  textStyle: { color: '#fff', fontSize: 12, fontFamily: FONT_STACK },
} as const;

export const legend = { top: 0, right: 0, itemWidth: 10, itemHeight: 10, itemGap: 18, icon: 'rect', textStyle } as const;

export function dayAxis(days: readonly string[]) {
  return {
    type: 'category',
    data: days,
    axisLine: { lineStyle: { color: palette.lineStrong } },
    axisTick: { show: false },
    axisLabel: { ...textStyle, hideOverlap: true },
  } as const;
}

/** Names, which unlike days are all to be read: a bar without one says nothing. Long ones in two lines. */
export function nameAxis(names: readonly string[]) {
  return { ...dayAxis(names), axisLabel: { ...textStyle, interval: 0, width: 64, overflow: 'break' } } as const;
}

export const countAxis = {
  type: 'value',
  minInterval: 1,
  splitNumber: 4,
  axisLabel: textStyle,
  splitLine: { lineStyle: { color: '#e9edf2' } },
} as const;

export const grid = { top: 34, left: 2, right: 8, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' } as const;
