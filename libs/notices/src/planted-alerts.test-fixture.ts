import { execute, type Pool } from '@tianyan/postgres';
import type { AlertFinding } from './index.js';

/** No team, no channel, and nothing that anybody was told. */
export async function emptyNotices(pool: Pool): Promise<void> {
  await execute(
    pool,
    `TRUNCATE team_channel, team_duty_day, alert_team, alert_team_township, alert_team_member, alert_webhook_host, notice_delivery, team_alert`,
  );
}

/** One that a team hears of, whatever severity it asks for. */
export function urgentFinding(id: string, townshipCode: string, given: Partial<AlertFinding> = {}): AlertFinding {
  return { id, severity: 'high', title: '工单踢皮球', explanation: `工单 ${id}`, townshipCode, occurredAtMs: 1, ...given };
}
