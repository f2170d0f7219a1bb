import type { Editing } from './editing.js';

type Unit = Editing['figures'][number]['unit'];

const OF_UNIT = { money: '元', share: '百分比' } as const;
/** By the end of its name. */
const USUAL: readonly (readonly [RegExp, string])[] = [
  [/Ms$/, '时间'],
  [/Fen$/, '元'],
  [/[uU]nitId$/, '单位名'],
  [/[vV]illageCode$/, '村名'],
  [/[tT]ownshipCode$/, '乡镇名'],
];

/** The format in which a figure is usually shown; empty: as it is. */
export function usualFormat(name: string, unit: Unit): string {
  return unit === undefined ? (USUAL.find(([ending]) => ending.test(name))?.[1] ?? '') : OF_UNIT[unit];
}

/** What is filled in, with what its field counts in where no format says it. */
export function placeholderOf({ name, measure }: Pick<Editing['figures'][number], 'name' | 'measure'>, format: string): string {
  if (format !== '') return `{${name}:${format}}`;
  return measure === undefined ? `{${name}}` : `{${name}} ${measure}`;
}
