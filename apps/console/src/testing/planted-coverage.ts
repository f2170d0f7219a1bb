import type { ConsoleFixture } from './console-fixture.js';

/** What a rule can judge, as a correlator would have counted it: seven records of each of the townships. */
export async function plantCoverage(
  { pool, machineClock }: ConsoleFixture,
  ruleId: string,
  townshipCodes: readonly (string | null)[],
): Promise<void> {
  const source = 'hotline-12345';
  const cells = townshipCodes.map((townshipCode) => ({ source, townshipCode, records: 7, judged: 5, empty: [2] }));
  const inputs = [{ input: 'returned', type: 'hotline.order', fields: ['title'], cells }];
  // A number by which it is known again: of the whole county.
  const awaited = [{ of: 'returned', expect: ['returned'], sources: [{ source, begun: 320_921_101, answered: 0, told: 0 }] }];
  await pool.query(
    `INSERT INTO finding_rule_coverage (rule_id, rule_version, fingerprint, tried_at_ms, counted_at_ms, coverage)
     VALUES ($1, 1, 'planted', $2, $2, $3)`,
    [ruleId, machineClock.nowMs(), JSON.stringify({ inputs, awaited })],
  );
}
