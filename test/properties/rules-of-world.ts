import { builtInCatalogue } from '@tianyan/contracts';
import { evaluationGroups, type EvaluationGroup } from '@tianyan/findings';
import type { RuleDefinition } from '@tianyan/rules';
import type { StreamBatch } from '@tianyan/stream';
import { calendar, makeCorrelator, type Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { BASE_MS } from './county.js';

export type Correlator = Omit<ReturnType<typeof makeCorrelator>, 'activate' | 'landing'>;

/** Partitions of announcements; each has a correlator of its own, and both run at once. */
export const CORRELATORS = 2;
/** Rounds in which wake-ups that are due must be done; each takes thousands. */
const MAX_WAKE_ROUNDS = 20;

/** Which rules are judged in a world, and by whom. */
export interface RulesOfWorld {
  /** The processes that live now, one a partition. */
  readonly correlators: readonly Correlator[];
  /** Whether records are announced as loads beside. */
  readonly withLoads: boolean;
  /** After the tables were emptied. */
  start(): Promise<void>;
  /** Whatever may happen to the rules while records are judged. */
  change(): Promise<void>;
  landed(partition: number, batch: StreamBatch): Promise<void>;
  wakeAll(partition: number): Promise<void>;
  /** Brings everything to the newest rules, as it comes by itself when nothing changes any more. */
  settle(): Promise<void>;
  /** What counts by now: of this the oracle is asked. */
  rules(): Promise<readonly RuleDefinition[]>;
  /** Rules that are set aside by now, by the name under which they were judged. */
  setAside(): Promise<ReadonlySet<string>>;
  groups(): readonly EvaluationGroup[];
}

/** The same rules from beginning to end. */
export class FixedRules implements RulesOfWorld {
  readonly correlators: readonly Correlator[];
  readonly withLoads = true;
  private readonly compiled: readonly EvaluationGroup[];

  constructor(
    databases: Databases,
    private readonly definitions: readonly RuleDefinition[],
  ) {
    this.compiled = evaluationGroups({
      rules: definitions,
      catalogue: builtInCatalogue,
      calendarFingerprint: '1',
      calendar,
      explain: () => '测试',
    });
    this.correlators = Array.from({ length: CORRELATORS }, () => makeCorrelator(databases, this.compiled, BASE_MS));
  }

  async start(): Promise<void> {}
  async change(): Promise<void> {}
  async settle(): Promise<void> {}

  async landed(partition: number, batch: StreamBatch): Promise<void> {
    await this.correlators[partition]?.pipeline.landed(batch);
  }

  async wakeAll(partition: number): Promise<void> {
    const correlator = this.correlators[partition];
    if (correlator) await wakeAll(correlator.pipeline);
  }

  async rules(): Promise<readonly RuleDefinition[]> {
    return this.definitions;
  }

  async setAside(): Promise<ReadonlySet<string>> {
    return new Set();
  }

  groups(): readonly EvaluationGroup[] {
    return this.compiled;
  }
}

export async function wakeAll(pipeline: Correlator['pipeline']): Promise<void> {
  for (let round = 0; (await pipeline.wakeDue()) + (await pipeline.judgeLate()) > 0; round++) {
    if (round === MAX_WAKE_ROUNDS) throw new Error('wake-ups that are due do not end');
  }
}
