import { type FindingQueries, RoutingPreviews } from '@tianyan/findings';
import { WorkingCalendar } from '@tianyan/calendar';
import { DeliveryQueries, DutyRoster, TeamAlerts, TeamChannels, TeamStore } from '@tianyan/notices';
import type { NamesDirectory } from '@tianyan/rules';
import { keptSecret, outboundHosts } from '@tianyan/runtime';
import { join } from 'node:path';
import type { ConsoleParts } from '../compose-console.js';
import type { Access } from '../session/compose-access.js';
import { AlertCases } from './alert-cases.js';
import { ChannelCases } from './channel-cases.js';
import { DutyCases } from './duty-cases.js';
import { NoticeCases } from './notice-cases.js';
import { RoutingCases } from './routing-cases.js';

/** Teams, and what they are told. */
export function composeNotices(
  parts: ConsoleParts,
  { users, audit }: Access,
  { names, findings }: { names: NamesDirectory; findings: FindingQueries },
) {
  const { config, postgres: pool, ids, machineClock: clock, holidays } = parts;
  const teams = new TeamStore({ pool, ids, clock, outbound: outboundHosts(config) });
  const deliveries = new DeliveryQueries(pool, clock);
  // The same file as the notifier's: the keys shown here are those it signs with.
  const secret = config.digestKey ?? keptSecret(join(config.dataDirectory, 'webhook.key'));
  const channels = new TeamChannels({ pool, ids, clock, secret });
  const teamAlerts = new TeamAlerts(pool, clock);
  const alertCases = new AlertCases({ alerts: teamAlerts, findings, teams, users, audit });
  return {
    teams,
    deliveries,
    teamAlerts,
    alertCases,
    routingCases: new RoutingCases({ teams, previews: new RoutingPreviews({ pool, countyClock: parts.countyClock }) }),
    noticeCases: new NoticeCases({ teams, deliveries, alerts: alertCases, users, audit, names, secret }),
    channelCases: new ChannelCases({ channels, audit }),
    dutyCases: new DutyCases({
      pool,
      teams,
      roster: new DutyRoster({ pool, clock }),
      users,
      calendar: new WorkingCalendar(holidays),
      clock,
      audit,
    }),
  };
}
export type Notices = ReturnType<typeof composeNotices>;
