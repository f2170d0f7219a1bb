import { SweepLog } from '@tianyan/findings';
import { COUNTY_NOW_MS, type ConsoleFixture } from './console-fixture.js';

/** A sweep that found these scopes to differ, whether or not they ever were a finding. */
export async function plantDrift({ pool }: ConsoleFixture, scopes: readonly string[]): Promise<void> {
  const log = new SweepLog(pool);
  await log.begin({ id: 'nightly', reason: 'scheduled', ruleIds: ['order-ping-pong'], startedAtMs: 1_000, nowMs: COUNTY_NOW_MS });
  await log.end('nightly', { finishedAtMs: 2_000, failure: null });
  await pool.query(
    `INSERT INTO finding_drift (sweep_id, rule_id, scope, kind) SELECT 'nightly', 'order-ping-pong', s, 'finding' FROM unnest($1::text[]) AS s`,
    [scopes],
  );
}
