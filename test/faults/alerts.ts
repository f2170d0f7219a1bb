import type { FaultyCluster } from './cluster.js';

interface DeliveryRow {
  finding_id: string;
  round: number;
  kind: string;
  channel: string;
  recipient: string;
  state: string;
}

/**
 * What is wrong with the alerts: empty when each finding that holds was told to everybody concerned, what was taken back
 * was taken back, and nobody was told anything twice.
 */
export async function wrongAlerts(cluster: FaultyCluster): Promise<string[]> {
  const { receiver } = cluster;
  const deliveries = await cluster.ask<DeliveryRow>(
    'SELECT finding_id, round, kind, channel, recipient, state FROM alert_delivery',
  );
  const recipients = await cluster.ask<{ channel: string; recipient: string }>(
    `SELECT 'inbox' AS channel, user_id AS recipient FROM alert_team_member UNION SELECT 'webhook', id FROM alert_team WHERE webhook_url IS NOT NULL`,
  );
  const findings = await cluster.ask<{ id: string; holds: boolean }>('SELECT id, holds FROM finding');
  const nameOf = (d: DeliveryRow) => `${d.kind} ${d.finding_id} round ${d.round} by ${d.channel} to ${d.recipient}`;
  const wrong = deliveries.filter(({ state }) => state === 'waiting' || state === 'dead').map((d) => `${d.state}: ${nameOf(d)}`);

  const told = new Map<string, DeliveryRow[]>();
  for (const delivery of deliveries) {
    // By itself, or in a summary.
    if (delivery.state !== 'delivered' && delivery.state !== 'bundled') continue;
    const key = `${delivery.finding_id} ${delivery.channel} ${delivery.recipient}`;
    told.set(key, [...(told.get(key) ?? []), delivery]);
  }
  for (const { id, holds } of findings)
    for (const { channel, recipient } of recipients) {
      const own = told.get(`${id} ${channel} ${recipient}`) ?? [];
      const count = (kind: string) => own.filter((delivery) => delivery.kind === kind).length;
      // One more opened than taken back while it holds, as many afterwards.
      if (count('opened') - count('withdrawn') !== (holds ? 1 : 0))
        wrong.push(
          `${id} ${holds ? 'holds' : 'does not hold'}: ${channel} ${recipient} heard ${own.map(nameOf).join('; ') || 'nothing'}`,
        );
    }

  const sent = deliveries.filter((d) => d.channel === 'webhook' && d.state === 'delivered');
  const keys = new Set(sent.map((d) => [d.finding_id, d.round, d.kind, d.recipient].join(':')));
  if (keys.size !== sent.length) wrong.push('two deliveries with one key');
  for (const key of keys) if (!receiver.taken.has(key)) wrong.push(`counted as delivered, but never received: ${key}`);
  for (const key of receiver.taken.keys()) if (!keys.has(key)) wrong.push(`received, but not counted as delivered: ${key}`);
  for (const key of receiver.changed) wrong.push(`came again with another text: ${key}`);
  return wrong;
}
