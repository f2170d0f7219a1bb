import { seededRng } from '@tianyan/kernel';
import { DeliveryQueue, NoticeOutbox, PlatformRouting, type NoticeRecipient } from '@tianyan/notices';
import { inTransaction } from '@tianyan/postgres';
import { COUNTY_NOW_MS, type ConsoleFixture } from '../testing/console-fixture.js';

/** A source that is out, told to those who run the platform; and, by a mistake of the routing, to everybody else too. */
export async function plantOutage(fixture: ConsoleFixture, memberIds: readonly string[]): Promise<void> {
  const { pool, machineClock, users, teams } = fixture;
  const strays = memberIds.map((userId): NoticeRecipient => ({ channel: 'inbox', userId, teamId: null }));
  const recipients = [...(await new PlatformRouting({ users, teams }).recipients('high')), ...strays];
  const notice = {
    subject: { kind: 'source', id: 'hotline-12345' },
    kind: 'source-failing',
    round: 0,
    severity: 'high',
    title: '数据源“12345 热线”中断',
    text: '自 2026-07-01 08:00 起一直读取失败。',
    townshipCode: null,
    occurredAtMs: COUNTY_NOW_MS,
    path: '/sources/hotline-12345',
    settlesForMs: 0,
  } as const;
  await inTransaction(pool, (client) => new NoticeOutbox(machineClock).enqueue(client, notice, recipients));
  await new DeliveryQueue({ pool, clock: machineClock, rng: seededRng(1) }).deliverInbox();
}
