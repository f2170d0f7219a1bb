import { ranOutOfTime } from '@tianyan/warehouse';
import { HttpProblem } from '../http/problem.js';

const TOO_SLOW = '这里的记录太多，没能在规定时间内数完。请过几分钟再打开；要查某一张工单、某一份合同，请用搜索';

/**
 * Reads within READ_LIMITS. A place with more records than can be read in time is answered in words: opened again it may fail the same way, and nobody
 * has to look why.
 */
export async function inTime<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!ranOutOfTime(error)) throw error;
    throw new HttpProblem(503, { code: 'unavailable', message: TOO_SLOW });
  }
}
