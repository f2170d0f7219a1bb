import type { FigurePart, FigureValue, ScorecardFigure } from '@tianyan/console-app/api';
import { numberText, shortNumberText } from '../../format/number.js';

const PERCENT = 100;
const FEN_PER_YUAN = 100;

/** 1,055 or 2.3 */
const oneDecimal = (value: number) => numberText(Number(value.toFixed(1)));

/** 92.5%, or 1,204; an average of numbers has one decimal. */
export function valueText(figure: ScorecardFigure, value: number | null): string {
  if (value === null) return '—';
  if (figure.of !== null) return `${oneDecimal(value * PERCENT)}%`;
  return oneDecimal(value);
}

export const PART_LABELS: Readonly<Record<FigurePart, string>> = { counted: '分子', of: '分母', rest: '分母里的其余' };

/** 37, or 1.3 万元: of one part of a figure. */
export function partText(figure: ScorecardFigure, { counted, of }: FigureValue, part: FigurePart): string {
  const count = { counted, of, rest: counted === null || of === null ? null : Math.max(of - counted, 0) }[part];
  if (count === null) return '';
  return figure.money ? `${shortNumberText(Math.round(count / FEN_PER_YUAN))}元` : numberText(count);
}

/** 37 / 40, 1.3 万元 / 2 万元; nothing of a plain number. */
export function partsText(figure: ScorecardFigure, value: FigureValue): string {
  if (value.of === null || value.of === 0 || value.counted === null) return '';
  return `${partText(figure, value, 'counted')} / ${partText(figure, value, 'of')}`;
}

export interface Change {
  /** Chinese: 高 2.3 个百分点, 多 3 */
  text: string;
  direction: 'up' | 'down' | 'same';
  tone: 'good' | 'bad' | 'plain';
}

/** How a value differs from an earlier one; null: one of them is not known. */
export function changeOf(figure: ScorecardFigure, value: number | null, before: number | null): Change | null {
  if (value === null || before === null) return null;
  const difference = value - before;
  const size = figure.of === null ? oneDecimal(Math.abs(difference)) : oneDecimal(Math.abs(difference) * PERCENT);
  if (size === '0') return { text: '持平', direction: 'same', tone: 'plain' };
  const direction = difference > 0 ? 'up' : 'down';
  const text =
    figure.of === null ? `${difference > 0 ? '多' : '少'} ${size}` : `${difference > 0 ? '高' : '低'} ${size} 个百分点`;
  if (figure.better === null) return { text, direction, tone: 'plain' };
  return { text, direction, tone: (figure.better === 'higher') === difference > 0 ? 'good' : 'bad' };
}
