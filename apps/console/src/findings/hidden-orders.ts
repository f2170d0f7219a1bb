import { isOpenField, type Catalogue } from '@tianyan/contracts';
import { recordKey, type ExceptOrders } from '@tianyan/findings';
import type { Directory } from '@tianyan/rules';
import { currentTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { PagedPlaceKind } from '../api/index.js';
import { fieldOfKey, READ_LIMITS } from '../timelines/current-records.js';
import { inTime } from '../timelines/in-time.js';

/** How much is read of what was told in confidence at one place. */
interface HiddenLimits {
  orders: number;
  /** An order takes some ten. */
  steps: number;
}

/** A township has some dozens of such orders a year. */
const LIMITS: HiddenLimits = { orders: 20_000, steps: 200_000 };

const orderRows = z.array(z.object({ orderId: z.string(), id: z.string() }));
const stepRows = z.array(z.object({ id: z.string() }));

/** Of a filter of findings. */
interface ChosenVillages {
  village?: readonly string[] | undefined;
  text?: string | undefined;
}

/** Orders told in confidence, by the place of which it must not be learnt that they lie there. */
export class HiddenOrders {
  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly catalogue: Catalogue,
    private readonly limits: HiddenLimits = LIMITS,
  ) {}

  /**
   * Those of the villages by which findings are chosen: by code, or by a text that stands in the code or the name of one. Whatever such a list holds
   * lies there, covered or not.
   */
  async ofChosen(directory: Directory, { village = [], text = '' }: ChosenVillages): Promise<ExceptOrders | null> {
    const says = (word: string) => word.includes(text) || text.includes(word);
    const named = directory.divisions.filter(({ level, code, name }) => level === 'village' && (says(code) || says(name)));
    const codes = new Set([...village, ...(text === '' ? [] : named.map(({ code }) => code))]);
    return codes.size === 0 ? null : this.at('village', [...codes]);
  }

  /**
   * Those of some places of a kind, or of all that name one. Without FINAL: an older version that has not been merged away yet can only hide more. `all` where there are more
   * than are read: whichever were not read would be shown.
   */
  async at(kind: PagedPlaceKind, codes: readonly string[] | 'every'): Promise<ExceptOrders> {
    const contract = this.catalogue.find('hotline.order');
    const place = contract && fieldOfKey(contract, kind);
    const rule = contract?.confidentiality;
    if (!rule || !place || isOpenField(contract, place)) return { orderIds: [], recordKeys: [] };
    const { orders: maxOrders, steps: maxSteps } = this.limits;
    const hidden = `FROM ${currentTable(contract.type)} WHERE ${rule.flag} AND ${
      codes === 'every' ? `${place} IS NOT NULL` : `${place} IN (SELECT arrayJoin({codes:Array(String)}))`
    }`;
    const params = codes === 'every' ? {} : { codes };
    const ask = (select: string, limit: number) =>
      inTime(() => this.warehouse.rows<unknown>({ sql: `${select} LIMIT ${limit + 1} ${READ_LIMITS}`, params }));
    const orders = orderRows.parse(await ask(`SELECT DISTINCT ${rule.key} AS orderId, id ${hidden}`, maxOrders));
    if (orders.length === 0) return { orderIds: [], recordKeys: [] };
    if (orders.length > maxOrders) return 'all';
    const recordKeys = orders.map(({ id }) => recordKey(contract.type, id));
    for (const { type, confidentiality } of this.catalogue.all()) {
      if (type === contract.type || confidentiality?.type !== contract.type) continue;
      const ofOrders = `WHERE ${confidentiality.key} IN (SELECT ${rule.key} ${hidden})`;
      const steps = stepRows.parse(await ask(`SELECT DISTINCT id FROM ${currentTable(type)} ${ofOrders}`, maxSteps));
      if (steps.length > maxSteps) return 'all';
      recordKeys.push(...steps.map(({ id }) => recordKey(type, id)));
    }
    return { orderIds: [...new Set(orders.map(({ orderId }) => orderId))], recordKeys };
  }
}
