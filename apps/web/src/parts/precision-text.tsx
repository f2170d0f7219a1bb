import type { Precision } from '@tianyan/console-app/api';
import { numberText } from '../format/number.js';

const percent = (share: number) => `${Math.round(share * 100)}%`;

/** `核实 20 件，属实 3 件，15%（5%～36%）`; what the bounds are, the page says. */
export function precisionText(precision: Precision | null): string {
  if (!precision?.share)
    return precision && precision.dataErrors > 0 ? `数据错误 ${numberText(precision.dataErrors)} 件` : '还没有核实';
  const { checked, confirmed, share } = precision;
  return `核实 ${numberText(checked)} 件，属实 ${numberText(confirmed)} 件，${percent(share.value)}（${percent(share.low)}～${percent(share.high)}）`;
}

/** What stands beside the checked, in words. */
export function besideText({ permitted, dataErrors }: Precision): string {
  const parts = [
    permitted === 0 ? null : `其中政策允许 ${numberText(permitted)} 件`,
    dataErrors === 0 ? null : `另有数据错误 ${numberText(dataErrors)} 件，不计入`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : parts.join('；');
}
