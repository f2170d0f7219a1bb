import { RetriableError } from '@tianyan/kernel';
import type { EvaluationTicket } from '../evaluation-tickets.js';
import type { EvaluatedScopes, FindingStore } from '../finding-store.js';
import type { EvaluationGroup } from '../ports.js';
import type { LoadScopes } from './load-scopes.js';
import type { OpenLoad, OpenLoads } from './open-loads.js';

/** Between the look at what is stored and the commit, another evaluation changed it: ask again. */
export class ScopeMovedError extends RetriableError {
  override readonly name = 'ScopeMovedError';
}

type Rules = Pick<EvaluationGroup, 'rules'>;
type Reads = Pick<EvaluationGroup, 'everyMs' | 'recordTypes'>;

/** Which scopes wait for a load: their answers may rest on a part of it, so they must change no finding. */
export interface WaitingScopes {
  /** Ids of the loads; empty if the scope waits for none. Throws {@link ScopeMovedError} for one that was not asked about. */
  loadsOf(group: Rules, scope: string): readonly string[];
}

/** No load is open. */
export const nobodyWaits: WaitingScopes = { loadsOf: () => [] };

/** Finds out which answers may rest on a part of a load. */
export class WaitingScopesFinder {
  constructor(private readonly input: { loads: OpenLoads; loadScopes: LoadScopes; store: Pick<FindingStore, 'compare'> }) {}

  /**
   * For answers that were read under the ticket and are to be committed. Asks only about scopes where a finding would
   * change: there are few, and what a load has touched may be a million.
   */
  async find(ticket: EvaluationTicket, evaluated: readonly EvaluatedScopes[]): Promise<WaitingScopes> {
    const loads = await this.input.loads.seenInPart(ticket);
    if (loads.length === 0) return nobodyWaits;
    const asked = new Map<Rules, ReadonlySet<string>>();
    const waiting = new Map<Rules, ReadonlyMap<string, readonly string[]>>();
    for (const part of evaluated) {
      const { differences } = await this.input.store.compare(ticket, part);
      const scopes = new Set(differences.filter(({ kind }) => kind === 'finding').map(({ scope }) => scope));
      asked.set(part.group, scopes);
      waiting.set(part.group, await this.touchedAmong(loads, part.group, [...scopes]));
    }
    return {
      loadsOf(group, scope) {
        if (!asked.get(group)?.has(scope)) throw new ScopeMovedError(`${scope} would change, which it would not a moment ago`);
        return waiting.get(group)?.get(scope) ?? [];
      },
    };
  }

  /**
   * Those of the scopes in which stored and evaluated answers need not be the same, because a load that has touched them
   * was not judged when the ticket was drawn.
   */
  async unjudged(ticket: EvaluationTicket, group: EvaluationGroup, scopes: readonly string[]): Promise<ReadonlySet<string>> {
    if (scopes.length === 0) return new Set();
    const loads = await this.input.loads.unjudgedSince(ticket);
    return new Set((await this.touchedAmong(loads, group, scopes)).keys());
  }

  /** The group is judged whole, and a load of what it reads has not landed: any answer of it may rest on a part of that. */
  async waitsWhole(group: Reads): Promise<boolean> {
    if (group.everyMs === undefined) return false;
    const loads = await this.input.loads.unjudged();
    return loads.some((load) => load.state !== 'closed' && readsOf(group, load));
  }

  /** The same of one that has been read since the ticket was drawn. */
  async mayHaveSeenPart(ticket: Pick<EvaluationTicket, 'ticket'>, group: Reads): Promise<boolean> {
    if (group.everyMs === undefined) return false;
    return (await this.input.loads.seenInPart(ticket)).some((load) => readsOf(group, load));
  }

  private async touchedAmong(
    loads: readonly OpenLoad[],
    group: EvaluationGroup,
    scopes: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const byScope = new Map<string, string[]>();
    if (scopes.length === 0) return byScope;
    for (const load of loads) {
      for (const scope of await this.ofLoad(load, group, scopes)) byScope.set(scope, [...(byScope.get(scope) ?? []), load.id]);
    }
    return byScope;
  }

  /** What is judged whole says of no scope what it depends on: all of them wait. */
  private async ofLoad(load: OpenLoad, group: EvaluationGroup, scopes: readonly string[]): Promise<readonly string[]> {
    if (group.everyMs === undefined) return this.input.loadScopes.among(load, group, scopes);
    return readsOf(group, load) ? scopes : [];
  }
}

function readsOf({ recordTypes }: Reads, { types }: OpenLoad): boolean {
  return recordTypes.some((type) => types.includes(type));
}
