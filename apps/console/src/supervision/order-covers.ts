import { coversOf, Reach, type Actor, type Cover } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { TimelineReader } from '../timelines/timeline-reader.js';

/** What of an order must not be read in what is written about it: who complained, and who else stands in its records. */
export class OrderCovers {
  constructor(private readonly parts: { reader: TimelineReader; names: NamesDirectory }) {}

  /**
   * The longest first. Throws RefusedError('conflict') where the order lies out of reach, as one does that has moved since it was picked: a text about
   * it could not be looked through.
   */
  async of(actor: Actor, orderId: string): Promise<readonly Cover[]> {
    const found = await this.find(actor, orderId);
    if (found !== null) return found;
    // To whoever sees the whole county it is not there at all: no record of it is left that somebody could quote.
    if (Reach.of(actor).isWholeCounty) return [];
    throw new RefusedError(
      'conflict',
      `工单 ${orderId} 已不在您的管辖范围内，写的内容无法核对有没有个人信息，不能提交。请由能看全县的人办理。`,
    );
  }

  /** The same of what was looked through before: empty where the order cannot be read any more. */
  async ofReadable(actor: Actor, orderId: string): Promise<readonly Cover[]> {
    return (await this.find(actor, orderId)) ?? [];
  }

  private async find(actor: Actor, orderId: string): Promise<readonly Cover[] | null> {
    const { reader, names } = this.parts;
    const found = await reader.read(Reach.of(actor), await names.refresh(), 'order', orderId);
    return found && coversOf(found.all);
  }
}
