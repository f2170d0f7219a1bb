import { fieldOfKey, isOpenField, type Catalogue } from '@tianyan/contracts';
import { NamedOrders, recordKey, type ExceptOrders } from '@tianyan/findings';
import type { Directory } from '@tianyan/rules';
import { currentTable, ranOutOfTime, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { PagedPlaceKind } from '../api/index.js';
import { MAX_SECONDS } from '../timelines/current-records.js';
import { inTime } from '../timelines/in-time.js';

/** How much is read of what was told in confidence. */
interface HiddenLimits {
  orders: number;
  /** An order takes some ten. */
  steps: number;
  seconds: number;
}

/** At the places of a page or a filter: a township has some dozens of such orders a year, and somebody waits for the page. */
const AT_PLACES: HiddenLimits = { orders: 20_000, steps: 200_000, seconds: MAX_SECONDS };
/** At all places of a county: some thousand a year, of all years. Read once a minute at most, for everybody; the names of the steps take some 30 MB. */
const ANYWHERE: HiddenLimits = { orders: 50_000, steps: 500_000, seconds: 15 };

const orderRow = z.object({ orderId: z.string(), id: z.string() });
const stepRow = z.object({ id: z.string() });

/** Of a filter of findings. */
interface ChosenVillages {
  village?: readonly string[] | undefined;
  text?: string | undefined;
}

/**
 * Orders told in confidence, by the place of which it must not be learnt that they lie there. Whoever asks, they are the same: they are left out of what
 * is asked within reach, and are told to nobody.
 */
export class HiddenOrders {
  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly catalogue: Catalogue,
    private readonly limits: Readonly<Record<'atPlaces' | 'anywhere', HiddenLimits>> = {
      atPlaces: AT_PLACES,
      anywhere: ANYWHERE,
    },
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

  /** Those of some places of a kind. `all` where there are more than are read: whichever were not read would be shown. */
  async at(kind: PagedPlaceKind, codes: readonly string[]): Promise<ExceptOrders> {
    return inTime(() => this.read(kind, codes, this.limits.atPlaces));
  }

  /** Those of all places of a kind. Null: not known, since there are more than are read, or than can be in time. */
  async anywhere(kind: PagedPlaceKind): Promise<NamedOrders | null> {
    try {
      const found = await this.read(kind, null, this.limits.anywhere);
      return found === 'all' ? null : found;
    } catch (error) {
      if (!ranOutOfTime(error)) throw error;
      return null;
    }
  }

  /** Without FINAL: an older version that has not been merged away yet can only hide more. @param codes null: of all places */
  private async read(kind: PagedPlaceKind, codes: readonly string[] | null, limits: HiddenLimits): Promise<ExceptOrders> {
    const contract = this.catalogue.find('hotline.order');
    const place = contract && fieldOfKey(contract, kind);
    const rule = contract?.confidentiality;
    if (!rule || !place || isOpenField(contract, place)) return NamedOrders.none;
    const hidden = `FROM ${currentTable(contract.type)} WHERE ${rule.flag} AND ${
      codes === null ? `${place} IS NOT NULL` : `${place} IN (SELECT arrayJoin({codes:Array(String)}))`
    }`;
    const params = codes === null ? {} : { codes };
    const ask = <S extends z.ZodType>(schema: S, select: string, limit: number) =>
      readRows(this.warehouse, schema, {
        sql: `${select} LIMIT ${limit + 1} SETTINGS max_execution_time = ${limits.seconds}`,
        params,
      });
    const orders = await ask(orderRow, `SELECT DISTINCT ${rule.key} AS orderId, id ${hidden}`, limits.orders);
    if (orders.length === 0) return NamedOrders.none;
    if (orders.length > limits.orders) return 'all';
    const recordKeys = orders.map(({ id }) => recordKey(contract.type, id));
    for (const { type, confidentiality } of this.catalogue.all()) {
      if (type === contract.type || confidentiality?.type !== contract.type) continue;
      const ofOrders = `WHERE ${confidentiality.key} IN (SELECT ${rule.key} ${hidden})`;
      const steps = await ask(stepRow, `SELECT DISTINCT id FROM ${currentTable(type)} ${ofOrders}`, limits.steps);
      if (steps.length > limits.steps) return 'all';
      for (const { id } of steps) recordKeys.push(recordKey(type, id));
    }
    return new NamedOrders({ orderIds: [...new Set(orders.map(({ orderId }) => orderId))], recordKeys });
  }
}
