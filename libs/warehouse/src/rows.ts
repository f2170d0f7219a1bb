import { misreadRow } from '@tianyan/kernel';
import type { z } from 'zod';
import type { SqlQuery, WarehouseReader } from './port.js';

/**
 * The rows that a query answers, each proved by the schema; columns that it does not name are left out.
 * Throws what the warehouse throws, and an Error that names the column when a row is not what the schema says: then query and schema do
 * not belong together, and nothing may be done on the strength of such a row.
 */
export async function readRows<S extends z.ZodType>(
  warehouse: Pick<WarehouseReader, 'rows'>,
  schema: S,
  query: SqlQuery,
): Promise<z.output<S>[]> {
  const found = await warehouse.rows(query);
  return found.map((row) => {
    // Row by row: quicker than one schema for the whole list.
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    throw misreadRow(parsed.error.issues, query.sql);
  });
}
