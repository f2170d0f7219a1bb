import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { COUNTY_NOW_MS, type ConsoleFixture } from './console-fixture.js';
import { writeRecords } from './records.js';

/** The credit code of a firm that is nowhere registered, and of another. */
export const FIRM_CODE = '91320921MA1ABCDE16';
export const OTHER_FIRM_CODE = '91320921MA1ABCDE29';
/** Of a person who trades. */
export const SOLE_TRADER_CODE = '92320921MA1ABCDE13';

/** Invoices of firms, each named by its number, in townships of any name. */
export async function plantInvoices(
  { warehouse }: ConsoleFixture,
  invoices: readonly { invoiceNo: string; townshipCode: string; sellerCreditCode: string }[],
): Promise<void> {
  const records = invoices.map((invoice) => {
    const fields: FieldValues = { ...invoice, villageCode: `${invoice.townshipCode}201`, amountFen: 100, issuedOn: '2026-07-01' };
    return { id: invoice.invoiceNo, atMs: COUNTY_NOW_MS, raw: '{}', fields };
  });
  await writeRecords(warehouse, builtInCatalogue.get('assets.invoice'), records, '');
}
