import { z } from 'zod';
import type { FaultyCluster } from './cluster.js';

const deliverySchema = z.object({
  subject_id: z.string(),
  round: z.int(),
  kind: z.string(),
  channel: z.string(),
  recipient: z.string(),
  state: z.string(),
});
type DeliveryRow = z.output<typeof deliverySchema>;

const teamSchema = z.object({
  id: z.string(),
  min_severity: z.int(),
  is_default: z.boolean(),
  has_webhook: z.boolean(),
  townships: z.array(z.string()),
  members: z.array(z.string()),
});
type Team = z.output<typeof teamSchema>;

const findingSchema = z.object({
  id: z.string(),
  holds: z.boolean(),
  severity: z.int(),
  township_code: z.string().nullable(),
});
type FindingRow = z.output<typeof findingSchema>;

/** Who is to hear of a finding, as `channel recipient`: the teams of its township, or else the default ones. */
function addressesOf(finding: FindingRow, teams: readonly Team[]): ReadonlySet<string> {
  const local = teams.filter(({ townships }) => finding.township_code !== null && townships.includes(finding.township_code));
  const concerned = (local.length > 0 ? local : teams.filter((team) => team.is_default)).filter(
    (team) => finding.severity >= team.min_severity,
  );
  return new Set(
    concerned.flatMap(({ id, has_webhook, members }) => [
      ...members.map((member) => `inbox ${member}`),
      ...(has_webhook ? [`webhook ${id}`] : []),
    ]),
  );
}

/**
 * What is wrong with the alerts: empty when each finding that holds was told to everybody concerned, what was taken back
 * was taken back, and nobody was told anything twice.
 */
export async function wrongAlerts(cluster: FaultyCluster): Promise<string[]> {
  const { receiver } = cluster;
  const deliveries = await cluster.ask(
    deliverySchema,
    `SELECT subject_id, round, kind, channel, recipient, state FROM notice_delivery WHERE subject_kind = 'finding'`,
  );
  const teams = await cluster.ask(
    teamSchema,
    `SELECT min_severity, is_default, webhook_url IS NOT NULL AS has_webhook, id,
       array(SELECT township_code FROM alert_team_township WHERE team_id = t.id) AS townships,
       array(SELECT user_id FROM alert_team_member WHERE team_id = t.id) AS members
     FROM alert_team t`,
  );
  const findings = await cluster.ask(findingSchema, 'SELECT id, holds, severity, township_code FROM finding');
  const nameOf = (d: DeliveryRow) => `${d.kind} ${d.subject_id} round ${d.round} by ${d.channel} to ${d.recipient}`;
  const wrong = deliveries.filter(({ state }) => state === 'waiting' || state === 'dead').map((d) => `${d.state}: ${nameOf(d)}`);

  const told = new Map<string, DeliveryRow[]>();
  for (const delivery of deliveries) {
    // By itself, or in a summary.
    if (delivery.state !== 'delivered' && delivery.state !== 'bundled') continue;
    const key = `${delivery.subject_id} ${delivery.channel} ${delivery.recipient}`;
    told.set(key, [...(told.get(key) ?? []), delivery]);
  }
  for (const { id, holds, ...finding } of findings) {
    const concerned = addressesOf({ id, holds, ...finding }, teams);
    // Who was told before the finding came to belong to another township, too.
    const once = [...told.keys()].filter((key) => key.startsWith(`${id} `)).map((key) => key.slice(id.length + 1));
    for (const address of new Set([...concerned, ...once])) {
      const own = told.get(`${id} ${address}`) ?? [];
      const count = (...kinds: string[]) => own.filter(({ kind }) => kinds.includes(kind)).length;
      // One more opened than taken back for whom it concerns while it holds, as many for all others.
      const shouldStand = holds && concerned.has(address) ? 1 : 0;
      if (count('opened') - count('withdrawn', 'moved') !== shouldStand)
        wrong.push(
          `${id} ${holds ? 'holds' : 'does not hold'}: ${address} ${concerned.has(address) ? 'is concerned and' : 'is not concerned, but'} heard ${own.map(nameOf).join('; ') || 'nothing'}`,
        );
    }
  }

  const sent = deliveries.filter((d) => d.channel === 'webhook' && d.state === 'delivered');
  const keys = new Set(sent.map((d) => [d.subject_id, d.round, d.kind, d.recipient].join(':')));
  if (keys.size !== sent.length) wrong.push('two deliveries with one key');
  for (const key of keys) if (!receiver.taken.has(key)) wrong.push(`counted as delivered, but never received: ${key}`);
  for (const key of receiver.taken.keys()) if (!keys.has(key)) wrong.push(`received, but not counted as delivered: ${key}`);
  for (const key of receiver.changed) wrong.push(`came again with another text: ${key}`);
  return wrong;
}
