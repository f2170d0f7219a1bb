import { RefusedError, type Clock } from '@tianyan/kernel';
import { outcomeOfStatus } from './http-outcome.js';
import type { Channel, SendOutcome } from './channel.js';
import type { ClaimedDelivery } from './delivery-queue.js';
import { assertAllowedUrl, type TeamStore } from './team-store.js';
import {
  IDEMPOTENCY_HEADER,
  idempotencyKey,
  signature,
  SIGNATURE_HEADER,
  TIMESTAMP_HEADER,
  TRACES_HEADER,
  webhookBody,
  webhookKey,
} from './webhook.js';

/** Sends one request and says what came of it; follows no redirect, and ends by itself in bounded time. */
export type SendWebhook = (request: { url: URL; headers: Readonly<Record<string, string>>; body: string }) => Promise<{
  status: number;
  /** Its header `Retry-After`, as it stands there. */
  retryAfter?: string | undefined;
}>;

/** Signed requests to the address that a team names, within the hosts that an administrator has allowed. */
export class WebhookChannel implements Channel {
  constructor(
    private readonly parts: {
      teams: Pick<TeamStore, 'webhookHosts' | 'outbound'>;
      send: SendWebhook;
      clock: Clock;
      /** The installation's secret, from which the teams' signing keys are derived. */
      secret: string;
    },
  ) {}

  async send(delivery: ClaimedDelivery): Promise<SendOutcome> {
    const { teams, clock } = this.parts;
    if (delivery.webhookUrl === null) return { kind: 'final', reason: '该组已不再设置回调地址' };
    if (delivery.webhookKeyVersion === 0) return { kind: 'again', reason: '该组尚未生成签名密钥，请先生成' };
    const hosts = await teams.webhookHosts();
    try {
      // Looked at again: the host may have been taken off the list since.
      const url = assertAllowedUrl(delivery.webhookUrl, hosts, teams.outbound);
      return outcomeOfStatus(await this.parts.send({ url, ...this.signed(delivery) }), clock);
    } catch (error) {
      // Not allowed, or the host leads to this machine by now: trying again would only ask it again.
      if (error instanceof RefusedError) return { kind: 'final', reason: error.message };
      return { kind: 'again', reason: `无法送达：${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private signed(delivery: ClaimedDelivery): { headers: Record<string, string>; body: string } {
    const body = webhookBody(delivery);
    const timestampMs = this.parts.clock.nowMs();
    const key = webhookKey(this.parts.secret, delivery.recipient, delivery.webhookKeyVersion);
    return {
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        [TIMESTAMP_HEADER]: String(timestampMs),
        [SIGNATURE_HEADER]: signature(key, timestampMs, body),
        [IDEMPOTENCY_HEADER]: idempotencyKey(delivery),
        ...(delivery.traces.length > 0 ? { [TRACES_HEADER]: delivery.traces.join(',') } : {}),
      },
    };
  }
}
