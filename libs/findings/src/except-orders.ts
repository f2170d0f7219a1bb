let valuesOf: (named: NamedOrders) => [orderIds: readonly string[], recordKeys: readonly string[]];

/**
 * Orders of which it must not be learnt from a place that they lie there, and how findings name them. Known to everybody's queries, so that they leave
 * them out, and to nobody: only {@link exceptValues} opens it.
 */
export class NamedOrders {
  static readonly none = new NamedOrders({ orderIds: [], recordKeys: [] });
  readonly #orderIds: readonly string[];
  readonly #recordKeys: readonly string[];

  /** @param of.recordKeys {@link recordKey}s of the orders and their steps. A finding about several orders names none among its subjects: its evidence does. */
  constructor(of: { orderIds: readonly string[]; recordKeys: readonly string[] }) {
    this.#orderIds = of.orderIds;
    this.#recordKeys = of.recordKeys;
  }

  static {
    valuesOf = (named) => [named.#orderIds, named.#recordKeys];
  }
}

/** Whose findings are left out. `all`: there are more orders to leave out than are read, so that none of any order may be shown. */
export type ExceptOrders = NamedOrders | 'all';

/** Types whose names begin so are orders and what happened to them. */
const ORDER_TYPES = 'hotline.order';

/** A record, as evidence names it. */
export function recordKey(type: string, id: string): string {
  return `${type} ${id}`;
}

/** Values of the placeholders of {@link concernsOrders}; null: all of them. */
export function exceptValues(except: ExceptOrders): [orderIds: readonly string[] | null, recordKeys: readonly string[] | null] {
  return except === 'all' ? [null, null] : valuesOf(except);
}

/** Placeholders of {@link exceptValues}. */
export interface ExceptPlaceholders {
  orderIds: string;
  recordKeys: string;
}

/**
 * Whether a finding concerns one of the orders: by its subjects, its figures or its evidence, or by those of a finding that is its evidence.
 * @param alias of the table `finding`
 */
export function concernsOrders(alias: string, { orderIds, recordKeys }: ExceptPlaceholders): string {
  const named = (one: string, column: string) =>
    `(${one}.${column} ->> 'orderId' IS NOT NULL AND (${orderIds}::text[] IS NULL OR ${one}.${column} ->> 'orderId' = ANY(${orderIds}::text[])))`;
  const proven = (
    one: string,
  ) => `EXISTS (SELECT FROM jsonb_array_elements(${one}.evidence) r WHERE starts_with(r ->> 'type', '${ORDER_TYPES}')
    AND (${recordKeys}::text[] IS NULL OR (r ->> 'type') || ' ' || (r ->> 'id') = ANY(${recordKeys}::text[])))`;
  const concerned = (one: string) => `${named(one, 'subjects')} OR ${named(one, 'figures')} OR ${proven(one)}`;
  const byFinding = `EXISTS (SELECT FROM jsonb_array_elements(${alias}.evidence) e JOIN finding g ON g.id = e ->> 'id'
    WHERE e ->> 'type' = 'platform.finding' AND (${concerned('g')}))`;
  // Where there is nothing to leave out, no evidence is opened.
  return `(coalesce(cardinality(${orderIds}::text[]), 1) > 0 AND (${concerned(alias)} OR ${byFinding}))`;
}
