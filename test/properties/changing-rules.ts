import {
  OtherEpochError,
  RuleSets,
  RuleSwitches,
  type EvaluationGroup,
  type PublishedAs,
  type ShadowRule,
} from '@tianyan/findings';
import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import type { RuleDefinition } from '@tianyan/rules';
import type { StreamBatch } from '@tianyan/stream';
import type { Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { publishReviewed, readRule, startWithRules } from '../../apps/correlator/src/rule-sets.test-fixture.js';
import { BASE_MS } from './county.js';
import { CORRELATORS, wakeAll, type RulesOfWorld } from './rules-of-world.js';

type Process = Awaited<ReturnType<typeof startWithRules>>;

/** What happened to the rules of a world; a run in which nothing did proves nothing. */
export interface Happened {
  published: number;
  changed: number;
  retired: number;
  switched: number;
  shadowed: number;
  madeLive: number;
  /** Set aside, as one that judging fails by. */
  setAside: number;
  /** Judged again after that. */
  takenUp: number;
  killed: number;
  /** Answers that were refused because a newer set counted. */
  refused: number;
}

/** Changes while the records of one step are judged. */
const MAX_CHANGES = 5;
/** Share of the changes that are about rules in shadow. */
const SHADOW = 0.25;
/** Share of them that set a rule aside, or take one up again. */
const ASIDE = 0.25;
/** Share of the checks before which all that are set aside are taken up: at the others they stay as they were. */
const TAKEN_UP = 0.5;
/** Share of batches and rounds in which the process dies. */
const DIES = 0.12;
/** Each repeat needs one more change of the rules; a step has few. */
const MAX_REPEATS = 20;
/** Of the rules, those that stand in files from the start. */
const IN_FILES = 3;

class Died extends Error {}

/** Rules are published, changed, retired, switched and judged in shadow while records flow, and correlators are killed. */
export class ChangingRules implements RulesOfWorld {
  readonly withLoads = false;
  readonly happened: Happened = {
    published: 0,
    changed: 0,
    retired: 0,
    switched: 0,
    shadowed: 0,
    madeLive: 0,
    setAside: 0,
    takenUp: 0,
    killed: 0,
    refused: 0,
  };
  private processes: Process[] = [];
  /** Deaths under way: whoever works with the process meanwhile dies with it, and goes on with its successor. */
  private readonly deaths = new Map<number, Promise<void>>();
  private readonly rng: Rng;
  private readonly sets: RuleSets;
  private readonly files: readonly RuleDefinition[];
  private versions = new Map<string, number>();

  constructor(
    private readonly databases: Databases,
    /** Of which rules are published, under their own names and under each other's. */
    private readonly pool: readonly RuleDefinition[],
    seed: number,
  ) {
    this.rng = seededRng(seed);
    this.sets = new RuleSets(databases.pool, { nowMs: () => BASE_MS });
    this.files = pool.slice(0, IN_FILES);
    this.versions = new Map(this.files.map(({ id, version }) => [id, version]));
  }

  get correlators(): readonly Process[] {
    return this.processes;
  }

  async start(): Promise<void> {
    await execute(
      this.databases.pool,
      `TRUNCATE finding_rule, finding_active_rule, finding_rule_engine, finding_rule_switch, finding_rule_set,
         finding_set_aside, finding_published_rule, finding_shadow_rule, finding_rule_draft, finding_rule_draft_event, finding_rule_version;
       UPDATE finding_rule_epoch SET epoch = 0`,
    );
    this.processes = [];
    for (let n = 0; n < CORRELATORS; n++) this.processes.push(await this.begin(BASE_MS));
  }

  async change(): Promise<void> {
    for (let n = integerBetween(this.rng, 0, MAX_CHANGES); n > 0; n--) {
      await this.changeOne();
      if (this.chance(0.5)) await this.round(integerBetween(this.rng, 0, CORRELATORS - 1));
    }
  }

  async landed(partition: number, batch: StreamBatch): Promise<void> {
    await this.perhapsDying(partition, (process) => process.pipeline.landed(batch));
  }

  async wakeAll(partition: number): Promise<void> {
    await this.untilTaken(() => wakeAll(this.process(partition).pipeline));
  }

  async settle(): Promise<void> {
    if (this.chance(TAKEN_UP)) for (const ruleId of await this.setAside()) await this.takeUp(ruleId);
    // Twice: what the second process activated the first takes over.
    for (let n = 0; n < 2 * CORRELATORS; n++)
      await this.untilTaken(() =>
        this.process(n % CORRELATORS)
          .round()
          .then(() => this.wakeAll(n % CORRELATORS)),
      );
  }

  async rules(): Promise<readonly RuleDefinition[]> {
    return (await this.sets.newest()).rules.map(({ rule }) => rule);
  }

  async setAside(): Promise<ReadonlySet<string>> {
    return new Set((await this.process(0).setAside.open()).keys());
  }

  groups(): readonly EvaluationGroup[] {
    return this.process(0).rules.groups();
  }

  private async changeOne(): Promise<void> {
    const standing = (await this.sets.published()).flatMap(({ rule }) => (rule ? [rule] : []));
    const one = this.any(standing);
    const what = this.rng.next();
    const by = { actor: 'wang.gang', reason: '试验' };
    if (this.chance(ASIDE)) {
      await this.changeAside();
    } else if (one && this.chance(SHADOW)) {
      await this.changeShadow(this.any(await this.sets.shadows()), one);
    } else if (one && what < 0.25) {
      await this.sets.retire({ ruleId: one.id, ...by });
      this.happened.retired++;
    } else if (one && what < 0.4) {
      const to = { enabled: this.chance(0.5), sources: this.chance(0.5) ? ['test'] : null, changedAtMs: BASE_MS, ...by };
      await new RuleSwitches(this.databases.pool).set({ kind: 'rule', id: one.id }, to);
      this.happened.switched++;
    } else if (one && what < 0.7) {
      // Another rule under its name: another kind, often over another scope.
      await this.publish({ ...(this.any(this.pool) ?? one), id: one.id });
      this.happened.changed++;
    } else {
      const other = this.any(this.pool);
      if (other) await this.publish(other);
      this.happened.published++;
    }
  }

  /** As a correlator does with a rule that judging fails by; or a person lets it be judged again. */
  private async changeAside(): Promise<void> {
    const [open] = await this.setAside();
    if (open !== undefined && this.chance(0.5)) return this.takeUp(open);
    const { epoch, rules } = await this.sets.newest();
    const one = this.any(rules);
    if (!one) return;
    const { id, version, title, class: problemClass, severity } = one.rule;
    const rule = { id, version, title, problemClass, severity, fingerprint: '', member: one.member };
    await this.process(0).setAside.begin(rule, { epoch, trouble: 'error', detail: 'Error' });
    this.happened.setAside++;
  }

  private async takeUp(ruleId: string): Promise<void> {
    await this.process(0).setAside.takeUp({ ruleId, actor: 'wang.gang' });
    this.happened.takenUp++;
  }

  /** One is begun where there was none; otherwise it speaks from now on, or ends. */
  private async changeShadow(shadow: ShadowRule | undefined, standing: RuleDefinition): Promise<void> {
    const by = { actor: 'wang.gang', reason: '试验' };
    if (!shadow) {
      await this.publish({ ...(this.any(this.pool) ?? standing), id: standing.id }, 'shadow');
      this.happened.shadowed++;
    } else if (this.chance(0.6)) {
      await this.sets.makeLive({ ruleId: shadow.text.ruleId, ...by }, readRule);
      this.happened.madeLive++;
    } else {
      await this.sets.endShadow({ ruleId: shadow.text.ruleId, ...by });
    }
  }

  private async publish(rule: RuleDefinition, as: PublishedAs = 'live'): Promise<void> {
    const version = (this.versions.get(rule.id) ?? 0) + 1;
    this.versions.set(rule.id, version);
    await publishReviewed(this.databases.pool, { ...rule, version }, as);
  }

  /** A round of the time loop. */
  private async round(n: number): Promise<void> {
    await this.perhapsDying(n, (process) => process.round());
  }

  /** At least once: who dies in the middle is started again, and does it again. */
  private async perhapsDying(n: number, work: (process: Process) => Promise<void>): Promise<void> {
    if (!this.deaths.has(n) && this.chance(DIES)) {
      const death = this.die(n, work).finally(() => this.deaths.delete(n));
      this.deaths.set(n, death);
      await death;
    }
    await this.untilTaken(() => work(this.process(n)));
  }

  private async die(n: number, work: (process: Process) => Promise<void>): Promise<void> {
    const dying = this.process(n);
    const commit = dying.store.commit.bind(dying.store);
    const hasCommitted = this.chance(0.5);
    dying.store.commit = async (input) => {
      if (hasCommitted) await commit(input);
      throw new Died();
    };
    // The dead give nothing up: their tickets stay until the lease ends.
    dying.tickets.giveUp = async () => {};
    await work(dying).catch((error: unknown) => {
      if (!(error instanceof Died) && !(error instanceof OtherEpochError)) throw error;
    });
    this.happened.killed++;
    this.processes[n] = await this.begin(dying.clock.nowMs());
  }

  private async begin(nowMs: number): Promise<Process> {
    return this.untilTaken(() => startWithRules(this.databases, this.files, nowMs));
  }

  /** As the transport and the time loop repeat what is refused. */
  private async untilTaken<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === MAX_REPEATS) throw error;
        if (error instanceof Died) await Promise.all(this.deaths.values());
        else if (error instanceof OtherEpochError) this.happened.refused++;
        else throw error;
      }
    }
  }

  private process(n: number): Process {
    const process = this.processes[n];
    if (!process) throw new RangeError(`there is no correlator ${n}`);
    return process;
  }

  private any<T>(items: readonly T[]): T | undefined {
    return items[integerBetween(this.rng, 0, items.length - 1)];
  }

  private chance(share: number): boolean {
    return this.rng.next() < share;
  }
}
