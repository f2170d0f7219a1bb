import type { Channel, SendOutcome } from './channel.js';
import type { Delivery } from './delivery.js';
import type { ClaimedDelivery, DeliveryQueue } from './delivery-queue.js';
import type { Summaries } from './summaries.js';

/** Deliveries of one round: few enough that each is sent well within its lease. */
export const MAX_DELIVERIES_PER_ROUND = 20;

/** Takes what is due, sends it, and writes down what came of it. */
export class DeliveryRound {
  constructor(
    private readonly parts: {
      queue: DeliveryQueue;
      summaries: Summaries;
      channel: Channel;
      /** Told what came of each attempt; `failure` is null after a delivery. */
      onAttempt?: (delivery: Delivery, failure: string | null) => void;
    },
  ) {}

  /** Resolves with how many deliveries were taken; fewer than {@link MAX_DELIVERIES_PER_ROUND}: nothing more is due. */
  async run(): Promise<number> {
    await this.parts.summaries.make();
    await this.parts.queue.deliverInbox();
    const claimed = await this.parts.queue.claim(MAX_DELIVERIES_PER_ROUND);
    await Promise.all(claimed.map((delivery) => this.deliver(delivery)));
    return claimed.length;
  }

  private async deliver(claimed: ClaimedDelivery): Promise<void> {
    const delivery = await this.parts.summaries.asItStands(claimed);
    if (delivery === null) return this.parts.queue.dropped(claimed);
    const outcome = await this.parts.channel.send(delivery);
    await this.note(delivery, outcome);
    if (outcome.kind !== 'held') this.parts.onAttempt?.(delivery, outcome.kind === 'delivered' ? null : outcome.reason);
  }

  private note(delivery: ClaimedDelivery, outcome: SendOutcome): Promise<void> {
    const { queue } = this.parts;
    switch (outcome.kind) {
      case 'delivered':
        return queue.delivered(delivery);
      case 'held':
        return queue.held(delivery, outcome.afterMs, outcome.reason);
      case 'again':
        return queue.failed(delivery, outcome.reason, true, outcome.afterMs);
      case 'final':
        return queue.failed(delivery, outcome.reason, false);
    }
  }
}
