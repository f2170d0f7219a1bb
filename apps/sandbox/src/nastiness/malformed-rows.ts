import type { Dice } from '../world/dice.js';

/** Longer than any contract takes: a whole document pasted into the note. */
const TOO_LONG_CHARS = 20_500;

/** A flow row as it must not be. A row that is corrected later keeps its id, so that both are known to be one record. */
export function malformedFlow(
  dice: Dice,
  plain: Readonly<{ lzid: string; clsj: string; hjdm: string; bz: string }>,
  forGood: boolean,
): unknown {
  switch (dice.int(0, forGood ? 5 : 2)) {
    case 0:
      return { ...plain, clsj: `${plain.clsj.slice(0, 4)}-13-45 26:61:00` };
    case 1:
      return { ...plain, hjdm: '99', hjmc: '未知环节' };
    case 2:
      return { ...plain, bz: '详见附件全文。'.repeat(Math.ceil(TOO_LONG_CHARS / 7)) };
    case 3:
      return JSON.stringify(plain).slice(0, 60);
    case 4:
      return { ...plain, lzid: '' };
    default: {
      const { lzid, ...rest } = plain;
      return { ...rest, yjjlh: lzid.slice(2) };
    }
  }
}

/** An order row as it must not be. */
export function malformedOrder(
  dice: Dice,
  plain: Readonly<{ gdbh: string; slsj: string; sqlx: string; gdnr: string }>,
  forGood: boolean,
): unknown {
  switch (dice.int(0, forGood ? 4 : 2)) {
    case 0:
      return { ...plain, slsj: `${plain.slsj.slice(0, 4)}-02-30 08:00:00` };
    case 1:
      return { ...plain, sqlx: '其他类' };
    case 2:
      return { ...plain, gdnr: '来信全文如下：'.repeat(Math.ceil(TOO_LONG_CHARS / 7)) };
    case 3:
      return JSON.stringify(plain).slice(0, 80);
    default:
      return { ...plain, gdbh: '' };
  }
}
