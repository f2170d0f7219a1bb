import { maskName, Reach, type Actor, type Cover } from '@tianyan/access';
import type { ClueDetail, ClueQueries } from '@tianyan/cases';
import type { FindingQueries } from '@tianyan/findings';
import type { CampaignQueries } from '@tianyan/supervision';
import type { LetterOrigin } from '../api/index.js';
import type { EvidenceReader } from '../findings/evidence-reader.js';
import type { OrderCovers } from './order-covers.js';

/** What must not be read in a letter: who stands in the records of what it was drafted from, and whom a clue is about. */
export class SourceCovers {
  constructor(
    private readonly parts: {
      findings: Pick<FindingQueries, 'get' | 'evidenceForCovers'>;
      clues: Pick<ClueQueries, 'get'>;
      evidence: EvidenceReader;
      campaignQueries: Pick<CampaignQueries, 'task'>;
      orderCovers: OrderCovers;
    },
  ) {}

  /**
   * The longest first. Empty for what is out of reach: no letter is drafted from that. Throws RefusedError('conflict') like OrderCovers, where an order
   * of a campaign has moved out of reach.
   */
  of(actor: Actor, origin: LetterOrigin): Promise<readonly Cover[]> {
    return this.coversOf(actor, origin, (orderId) => this.parts.orderCovers.of(actor, orderId));
  }

  /** The same of what was looked through when it was written, and is only read: an order that cannot be read any more hides no letter. */
  ofShown(actor: Actor, origin: LetterOrigin): Promise<readonly Cover[]> {
    return this.coversOf(actor, origin, (orderId) => this.parts.orderCovers.ofReadable(actor, orderId));
  }

  private async coversOf(
    actor: Actor,
    origin: LetterOrigin,
    ofOrder: (orderId: string) => Promise<readonly Cover[]>,
  ): Promise<readonly Cover[]> {
    const reach = Reach.of(actor);
    const clue = origin.kind === 'clue' ? await this.parts.clues.get(reach, origin.id) : null;
    const orderId =
      origin.kind === 'campaign-task'
        ? (await this.parts.campaignQueries.task(reach, origin.id))?.task.orderId
        : clue?.clue.campaignTask?.orderId;
    const ofCampaign = orderId === undefined ? [] : await ofOrder(orderId);
    const { findings } = this.parts;
    // What has left a clue may lie out of reach by now, and its people stand in the letter all the same.
    const evidence =
      origin.kind === 'finding'
        ? (await findings.get(reach, origin.id))?.evidence
        : await findings.evidenceForCovers(everNamed(clue));
    const inRecords = await this.parts.evidence.covers(evidence ?? []);
    // Merged, its people stand with what it became.
    const into = clue?.clue.mergedInto ? await this.parts.clues.get(reach, clue.clue.mergedInto) : null;
    const people = [...(clue?.people ?? []), ...(into?.people ?? [])].map(({ name }): Cover => [name, maskName(name)]);
    return [...inRecords, ...people, ...ofCampaign].toSorted(([a], [b]) => b.length - a.length);
  }
}

/** Also those that have left it: the letter was written when they were part of it. */
function everNamed(clue: ClueDetail | null): readonly string[] {
  const named = (clue?.steps ?? []).flatMap(({ content }) => ('findingIds' in content ? content.findingIds : []));
  return [...new Set([...(clue?.facts.findingIds ?? []), ...named])];
}
