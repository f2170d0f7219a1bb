import type { Clock, OutboundHosts } from '@tianyan/kernel';
import { SmsQuota, WebhookChannel, type Channel, type DeliveryChannel, type TeamStore } from '@tianyan/notices';
import type { Pool } from '@tianyan/postgres';
import type { SmtpSettings } from '@tianyan/runtime';
import { EmailChannel } from './email-channel.js';
import { createHttpPost } from './http-post.js';
import type { MessagePlaces } from './message-text.js';
import { RobotChannel, type RobotKind } from './robot-channel.js';
import { SmsChannel } from './sms-channel.js';
import type { SmsGateway } from './sms-gateway.js';
import { dingtalk, feishu, wecom } from './robots.js';

export interface OutsideParts {
  pool: Pool;
  teams: TeamStore;
  clock: Clock;
  /** The installation's. */
  secret: string;
  outbound: OutboundHosts;
  places: MessagePlaces;
  smtp: SmtpSettings | null;
  smsGateway: SmsGateway | null;
  /** In place of the vendors' addresses. */
  robotUrls?: Readonly<Partial<Record<RobotKind, string>>> | undefined;
}

/** All ways out of the platform as one: each delivery goes by its own. */
export function outsideChannels(parts: OutsideParts): Channel & { close(): Promise<void> } {
  const { pool, teams, clock, secret, outbound, places, smtp, smsGateway, robotUrls } = parts;
  const post = createHttpPost(outbound);
  const email = new EmailChannel({ smtp, secret, places });
  const robot = { post, clock, secret, places };
  const channels: Readonly<Record<Exclude<DeliveryChannel, 'inbox'>, Channel>> = {
    webhook: new WebhookChannel({ teams, clock, secret, send: (request) => post.send(request) }),
    email,
    wecom: new RobotChannel(wecom, { ...robot, baseUrl: robotUrls?.wecom }),
    dingtalk: new RobotChannel(dingtalk, { ...robot, baseUrl: robotUrls?.dingtalk }),
    feishu: new RobotChannel(feishu, { ...robot, baseUrl: robotUrls?.feishu }),
    sms: new SmsChannel({ ...robot, gateway: smsGateway, quota: new SmsQuota({ pool, clock, secret }) }),
  };
  return {
    send(delivery) {
      // The queue takes none of the inbox: those are delivered by being there.
      if (delivery.channel === 'inbox') throw new RangeError('an entry of the inbox is not sent');
      return channels[delivery.channel].send(delivery);
    },
    async close() {
      email.close();
      await post.close();
    },
  };
}
