import type { Reach } from '@tianyan/access';
import { hotlineOrder, hotlineOrderEvent } from '@tianyan/contracts';
import { isFindingWithin, isShown } from '@tianyan/findings';
import { DAY_MS, RefusedError, startOfChinaDayMs, type EpochMs } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { currentTable, ranOutOfTime, type SqlQuery, type WarehouseReader } from '@tianyan/warehouse';
import { setImmediate as otherWork } from 'node:timers/promises';
import { z } from 'zod';
import type { CampaignPick, PickCondition } from '../api/index.js';

/** An order as it is when it is picked. */
export interface PickedOrder {
  orderId: string;
  unitCode: string | null;
  /** Null: of none, or of several; so is the unit. */
  townshipCode: string | null;
  acceptedAtMs: EpochMs;
  returns: number;
}

/** Orders that a sample is drawn from: more than a county has in a year; what is over that is held in memory for nobody. */
const MAX_POPULATION = 200_000;
/** Somebody waits for it. */
const MAX_SECONDS = 15;
const LIMITS = `SETTINGS max_execution_time = ${MAX_SECONDS}`;
/** Read at a time, some milliseconds: whoever else asks the console meanwhile is answered in between. */
const READ_AT_ONCE = 5_000;
export const PICK_TOO_SLOW = `${MAX_SECONDS} 秒内没有选完，还没有抽取。请缩短受理日期或增加条件；仍然如此的，请过几分钟再试。`;
/** Numbers named in a refusal. */
const SHOWN_MISSING = 5;

const orderSchema = z
  .object({
    orderId: z.string(),
    units: z.array(z.string()),
    townships: z.array(z.string()),
    atMs: z.number(),
    returns: z.number(),
  })
  .transform(({ orderId, units, townships, atMs, returns }): PickedOrder & { townships: readonly string[] } => ({
    orderId,
    // Two systems may have given one number twice: then nobody can say whose it is.
    unitCode: units.length === 1 ? (units[0] ?? null) : null,
    townshipCode: townships.length === 1 ? townships[0] || null : null,
    acceptedAtMs: atMs,
    returns,
    townships,
  }));
const namedSchema = z.object({ order_id: z.string() });

/** Orders that come into question for a campaign, within the reach of whoever picks. */
export class OrderPopulation {
  constructor(private readonly parts: { pool: Pool; warehouse: WarehouseReader }) {}

  /**
   * Throws RefusedError: `invalid` where a listed number is not there, or out of reach; `too-many` where the condition fits more than can be held, or
   * more is read for it than can be waited for.
   */
  async find(reach: Reach, pick: CampaignPick): Promise<readonly PickedOrder[]> {
    if (pick.by === 'list') return this.listed(reach, pick.orderIds);
    const found = await this.fitting(pick.condition);
    const isFound = await this.foundBy(reach, pick.condition);
    return found.filter((order) => isWithin(reach, order) && isFound(order.orderId)).map(plain);
  }

  private async listed(reach: Reach, asked: readonly string[]): Promise<readonly PickedOrder[]> {
    const orderIds = [...new Set(asked.map((one) => one.trim()))];
    const found = await this.query('orderId IN (SELECT arrayJoin({orderIds:Array(String)}))', '1', { orderIds });
    const seen = found.filter((order) => isWithin(reach, order));
    const there = new Set(seen.map(({ orderId }) => orderId));
    const missing = orderIds.filter((orderId) => !there.has(orderId));
    if (missing.length === 0) return seen.map(plain);
    const shown = missing.slice(0, SHOWN_MISSING).join('、');
    throw new RefusedError('invalid', `有 ${missing.length} 个编号没有对应的工单：${shown}。请核对后再提交。`);
  }

  private async fitting(condition: PickCondition) {
    const { fromDay, toDay, townshipCode, unitCode, finished, minReturns = 0 } = condition;
    const before = [
      'atMs >= {fromMs:Int64} AND atMs < {beforeMs:Int64}',
      ...(townshipCode === undefined ? [] : ['townshipCode = {townshipCode:String}']),
      ...(unitCode === undefined ? [] : ['leadUnitId = {unitCode:String}']),
    ];
    const after = [
      'e.returns >= {minReturns:Int64}',
      ...(finished === undefined ? [] : [finished === 'yes' ? 'e.completions > 0' : 'e.completions = 0']),
    ];
    const params = { fromMs: startOfChinaDayMs(fromDay), beforeMs: startOfChinaDayMs(toDay) + DAY_MS, minReturns };
    const found = await this.query(before.join(' AND '), after.join(' AND '), {
      ...params,
      ...(townshipCode !== undefined && { townshipCode }),
      ...(unitCode !== undefined && { unitCode }),
    });
    if (found.length <= MAX_POPULATION) return found;
    throw new RefusedError('too-many', `符合条件的工单超过 ${MAX_POPULATION} 件，请缩短受理日期或增加条件。`);
  }

  /**
   * What of a number fits chooses it; whose it is, all of its records say, also those that do not fit.
   * @param before condition on an order; @param after condition on it with what was done
   */
  private async query(before: string, after: string, params: Readonly<Record<string, unknown>>) {
    const found = await this.rows({
      sql: `WITH orders AS (
          SELECT orderId, arrayFilter(unit -> unit != '', groupUniqArray(ifNull(leadUnitId, ''))) AS units,
            arraySort(groupUniqArray(ifNull(townshipCode, ''))) AS townships, min(atMs) AS acceptedAtMs
          FROM ${currentTable(hotlineOrder.type)} FINAL WHERE deleted = 0
            AND orderId IN (SELECT orderId FROM ${currentTable(hotlineOrder.type)} FINAL WHERE deleted = 0 AND ${before}) GROUP BY orderId)
        SELECT o.orderId AS orderId, o.units AS units, o.townships AS townships, toInt64(o.acceptedAtMs) AS atMs, toInt32(e.returns) AS returns
        FROM orders o LEFT JOIN (
          SELECT orderId, countIf(action = 'returned') AS returns, countIf(action = 'completed') AS completions
          FROM ${currentTable(hotlineOrderEvent.type)} FINAL WHERE deleted = 0 AND orderId IN (SELECT orderId FROM orders) GROUP BY orderId) e
          ON e.orderId = o.orderId
        WHERE ${after} ORDER BY orderId LIMIT ${MAX_POPULATION + 1} ${LIMITS}`,
      params,
    });
    const orders: z.output<typeof orderSchema>[] = [];
    for (let start = 0; start < found.length; start += READ_AT_ONCE) {
      if (start > 0) await otherWork();
      orders.push(...z.array(orderSchema).parse(found.slice(start, start + READ_AT_ONCE)));
    }
    return orders;
  }

  private async rows(query: SqlQuery): Promise<readonly unknown[]> {
    try {
      return await this.parts.warehouse.rows(query);
    } catch (error) {
      if (!ranOutOfTime(error)) throw error;
      throw new RefusedError('too-many', PICK_TOO_SLOW);
    }
  }

  private async foundBy(reach: Reach, { ruleId }: PickCondition): Promise<(orderId: string) => boolean> {
    if (ruleId === undefined) return () => true;
    const found = await rows(
      this.parts.pool,
      namedSchema,
      `SELECT DISTINCT f.subjects->>'orderId' AS order_id FROM finding f WHERE ${isFindingWithin('f', '$1')} AND f.rule_id = $2
         AND ${isShown('f')} AND f.status <> 'withdrawn' AND f.subjects->>'orderId' IS NOT NULL LIMIT ${MAX_POPULATION}`,
      [reach.parameter, ruleId],
    );
    const ids = new Set(found.map(({ order_id: orderId }) => orderId));
    return (orderId) => ids.has(orderId);
  }
}

/** Every place that it is said to lie in has to be. */
const isWithin = (reach: Reach, { townships }: { townships: readonly string[] }): boolean =>
  townships.every((code) => reach.covers(code === '' ? null : code));

function plain({ orderId, unitCode, townshipCode, acceptedAtMs, returns }: PickedOrder): PickedOrder {
  return { orderId, unitCode, townshipCode, acceptedAtMs, returns };
}
