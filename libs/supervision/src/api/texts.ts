import { z } from 'zod';

/** Longest text of a letter, an answer or a step: what is longer is a document of its own. */
export const MAX_SUPERVISION_TEXT_CHARS = 4_000;
/** Longest name of a person, a title, a number of a document. */
export const MAX_SUPERVISION_LINE_CHARS = 100;
/** Working days that a unit may be given: more than a year is no deadline. */
const MAX_REPLY_WORKING_DAYS = 250;

export const textOf = (asked: string) =>
  z.string(asked).trim().min(2, asked).max(MAX_SUPERVISION_TEXT_CHARS, `最多 ${MAX_SUPERVISION_TEXT_CHARS} 字，请精简`);
export const lineOf = (asked: string) =>
  z.string(asked).trim().min(2, asked).max(MAX_SUPERVISION_LINE_CHARS, `最多 ${MAX_SUPERVISION_LINE_CHARS} 字`);
export const idOf = (asked: string) => z.string(asked).min(1, asked).max(200);
export const reasonText = textOf('请写明理由（至少两个字）');
export const opinionText = textOf('意见至少写两个字').optional();
export const replyDaysSchema = z
  .int('请填写答复期限（工作日）')
  .min(1, '答复期限至少 1 个工作日')
  .max(MAX_REPLY_WORKING_DAYS, `答复期限最长 ${MAX_REPLY_WORKING_DAYS} 个工作日`);
