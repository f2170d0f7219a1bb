import { HOUR_MS, RefusedError, retryAfterMs, type Clock } from '@tianyan/kernel';
import type { Delivery } from './delivery.js';
import type { ClaimedDelivery, DeliveryQueue } from './delivery-queue.js';
import type { Summaries } from './summaries.js';
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

/** A receiver that asks for a longer pause is tried again after so long. */
export const MAX_RETRY_AFTER_MS = 6 * HOUR_MS;

/** Deliveries of one round: few enough that each is sent well within its lease. */
export const MAX_DELIVERIES_PER_ROUND = 20;

/** Answers after which another attempt makes sense: the receiver was busy or broken, not offended. */
const AGAIN = new Set([408, 409, 425, 429]);

/** Takes what is due, sends it, and writes down what came of it. */
export class DeliveryRound {
  constructor(
    private readonly parts: {
      queue: DeliveryQueue;
      summaries: Summaries;
      teams: TeamStore;
      send: SendWebhook;
      clock: Clock;
      /** The installation's secret, from which the teams' signing keys are derived. */
      secret: string;
      /** Told what came of each attempt; `failure` is null after a delivery. */
      onAttempt?: (delivery: Delivery, failure: string | null) => void;
    },
  ) {}

  /** Resolves with how many webhooks were taken; fewer than {@link MAX_DELIVERIES_PER_ROUND}: nothing more is due. */
  async run(): Promise<number> {
    await this.parts.summaries.make();
    await this.parts.queue.deliverInbox();
    const [claimed, hosts] = await Promise.all([
      this.parts.queue.claim(MAX_DELIVERIES_PER_ROUND),
      this.parts.teams.webhookHosts(),
    ]);
    await Promise.all(claimed.map((delivery) => this.deliver(delivery, hosts)));
    return claimed.length;
  }

  private async deliver(delivery: ClaimedDelivery, hosts: readonly string[]): Promise<void> {
    const { queue } = this.parts;
    const outcome = await this.attempt(delivery, hosts);
    if (outcome === 'delivered') await queue.delivered(delivery);
    else await queue.failed(delivery, outcome.reason, outcome.again, outcome.retryAfterMs);
    this.parts.onAttempt?.(delivery, outcome === 'delivered' ? null : outcome.reason);
  }

  private async attempt(
    delivery: ClaimedDelivery,
    hosts: readonly string[],
  ): Promise<'delivered' | { reason: string; again: boolean; retryAfterMs?: number | undefined }> {
    if (delivery.webhookUrl === null) return { reason: '该组已不再设置回调地址', again: false };
    if (delivery.webhookKeyVersion === 0) return { reason: '该组尚未生成签名密钥，请先生成', again: true };
    let url: URL;
    try {
      // Looked at again: the host may have been taken off the list since.
      url = assertAllowedUrl(delivery.webhookUrl, hosts, this.parts.teams.outbound);
    } catch (error) {
      if (error instanceof RefusedError) return { reason: error.message, again: false };
      throw error;
    }
    try {
      const { status, retryAfter } = await this.parts.send({ url, ...this.signed(delivery) });
      if (status >= 200 && status < 300) return 'delivered';
      const again = status >= 500 || AGAIN.has(status);
      return {
        reason: `对方答复 HTTP ${status}`,
        again,
        retryAfterMs: retryAfterMs(retryAfter, this.parts.clock, MAX_RETRY_AFTER_MS),
      };
    } catch (error) {
      // The host leads to this machine by now: trying again would only ask it again.
      if (error instanceof RefusedError) return { reason: error.message, again: false };
      return { reason: `无法送达：${error instanceof Error ? error.message : String(error)}`, again: true };
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
