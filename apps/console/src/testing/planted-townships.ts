import { builtInCatalogue } from '@tianyan/contracts';
import { COUNTY_NOW_MS, type ConsoleFixture } from './console-fixture.js';
import { writeRecords } from './records.js';

/** Townships that the directory of divisions knows, each named by its code. */
export async function plantTownships({ warehouse }: ConsoleFixture, codes: readonly string[]): Promise<void> {
  const townships = codes.map((code) => ({
    id: code,
    atMs: COUNTY_NOW_MS,
    raw: '{}',
    fields: { divisionCode: code, name: `${code}镇`, level: 'township' },
  }));
  await writeRecords(warehouse, builtInCatalogue.get('directory.division'), townships, '');
}
