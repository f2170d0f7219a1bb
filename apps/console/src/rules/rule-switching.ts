import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { RuleSets, RuleSwitches, SwitchChange, SwitchTarget, Trials } from '@tianyan/findings';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type {
  PackSwitchRequest,
  RuleDetail,
  RuleList,
  RulePack,
  RulesSwitchRequest,
  RuleSwitchRequest,
  TrySwitchRequest,
} from '../api/index.js';
import type { ToldSources } from '../sources/told-sources.js';
import type { RuleBook } from './rule-book.js';
import type { RuleCases } from './rule-cases.js';

/** What the audit log keeps of one object. */
const MAX_AUDIT_OBJECT_CHARS = 500;

const UNSEEN =
  '一次启用多条规则、改多条规则的数据源，要先点“先算会增减哪些疑点”看过结果，或者写明为什么不看：不看不知道会新增、撤回多少疑点';

/**
 * People let rules run or stop them: one, a pack, or several at once, of which it is seen before what comes and goes. Stopping waits for nothing: a
 * rule that accuses wrongly does so until it is off, while looking first may stand in a queue behind the trials of others.
 */
export class RuleSwitching {
  constructor(
    private readonly parts: {
      cases: RuleCases;
      rules: Pick<RuleBook, 'find'>;
      sets: Pick<RuleSets, 'epoch'>;
      switches: RuleSwitches;
      trials: Trials;
      sources: ToldSources;
      audit: AuditLog;
      machineClock: Clock;
    },
  ) {}

  async one(actor: Actor, id: string, request: RuleSwitchRequest): Promise<RuleDetail> {
    await this.assertPublished([id]);
    await this.set(actor, await this.changeOf({ kind: 'rules', ids: [id] }, request), { reason: request.reason });
    return this.parts.cases.get(actor, id);
  }

  /** Judges all records as the rules would be judged after it; nothing is switched. */
  async tryOut(actor: Actor, request: TrySwitchRequest): Promise<{ id: string }> {
    const { trials, sets, audit } = this.parts;
    const change = await this.changeOf(await this.targetOf(request), request);
    // Read before anything else is: what is counted is of this epoch, or the next question is refused.
    const epoch = await sets.epoch();
    await audit.record(actor, { action: 'try-rule', object: objectOf(change, '') });
    return { id: await trials.startSwitch(actor.user.id, { change, epoch, reach: Reach.of(actor) }) };
  }

  async pack(actor: Actor, pack: RulePack, request: PackSwitchRequest): Promise<RuleList> {
    await this.setSeen(actor, await this.changeOf({ kind: 'pack', id: pack }, request), request);
    return this.parts.cases.list(actor);
  }

  async several(actor: Actor, request: RulesSwitchRequest): Promise<RuleList> {
    await this.setSeen(actor, await this.changeOf(await this.targetOf(request), request), request);
    return this.parts.cases.list(actor);
  }

  /** Throws RefusedError `conflict` where what is let run was neither seen, exactly this and as things stand, nor said why not. */
  private async setSeen(
    actor: Actor,
    change: SwitchChange,
    { preview, unseenReason, reason }: Pick<PackSwitchRequest, 'preview' | 'unseenReason' | 'reason'>,
  ): Promise<void> {
    const { trials, sets } = this.parts;
    if (preview !== undefined) {
      const epoch = await sets.epoch();
      const seen = await trials.requirePreview(Reach.of(actor), preview, { of: 'switch', change, epoch });
      // Whoever asks later why findings came that nobody had been told of reads it here.
      const told = reason + lackOf(seen);
      return this.set(actor, change, { reason: told, seenEpoch: epoch });
    }
    if (unseenReason === undefined && !change.enabled) return this.set(actor, change, { reason });
    if (unseenReason === undefined) throw new RefusedError('conflict', UNSEEN);
    return this.set(actor, change, { reason: `${reason}（没有先看会增减哪些疑点：${unseenReason}）` });
  }

  private async set(
    actor: Actor,
    change: SwitchChange,
    { reason, seenEpoch }: { reason: string; seenEpoch?: number },
  ): Promise<void> {
    const { audit, switches, machineClock } = this.parts;
    const { target, enabled, sources } = change;
    // Of each rule by itself: who switched it and why is looked for by its name.
    const objects = target.kind === 'pack' ? [objectOf(change, '')] : target.ids.map((id) => objectOf(change, id));
    const to = { enabled, sources, reason, actor: actor.user.account, changedAtMs: machineClock.nowMs() };
    await switches.set(target, to, {
      seenEpoch,
      also: async (client) => {
        for (const object of objects) await audit.record(actor, { action: 'switch-rule', object, reason }, client);
      },
    });
  }

  private async targetOf(request: { pack: RulePack } | { ruleIds: readonly string[] }): Promise<SwitchTarget> {
    if ('pack' in request) return { kind: 'pack', id: request.pack };
    // In one order: the same choice is the same preview.
    const ids = [...new Set(request.ruleIds)].toSorted();
    await this.assertPublished(ids);
    return { kind: 'rules', ids };
  }

  private async assertPublished(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      if (!(await this.parts.rules.find(id))) throw new RefusedError('not-found', '没有这条规则，请回到列表重新打开');
  }

  private async changeOf(
    target: SwitchTarget,
    { enabled, sources }: Pick<RuleSwitchRequest, 'enabled' | 'sources'>,
  ): Promise<SwitchChange> {
    const known = new Set((await this.parts.sources.list()).map(({ name }) => name));
    const unknown = sources?.find((name) => !known.has(name));
    if (unknown !== undefined) throw new RefusedError('invalid', `没有数据源 ${unknown}，请刷新页面后重新选择`);
    return { target, enabled, sources: sources && [...new Set(sources)].toSorted() };
  }
}

/** What the preview that was seen does not say, for the log; nothing where it says all. */
function lackOf({ uncounted, underWay }: Awaited<ReturnType<Trials['requirePreview']>>): string {
  const lacks = [
    ...(uncounted > 0 ? [`其中 ${uncounted} 条规则没有算`] : []),
    ...(underWay > 0 ? [`其中 ${underWay} 条规则当时还没研判完，数目不准`] : []),
  ];
  return lacks.length === 0 ? '' : `（先看了会增减哪些疑点，${lacks.join('，')}）`;
}

/** @param ruleId of one of several; empty: all of them together */
function objectOf({ target, enabled, sources }: SwitchChange, ruleId: string): string {
  const to = `${enabled ? 'on' : 'off'}/${sources === null ? 'all' : sources.join(',')}`;
  if (target.kind === 'pack') return `pack/${target.id}/${to}`.slice(0, MAX_AUDIT_OBJECT_CHARS);
  // Of many their names are cut off at the end, and not what was asked of them.
  const object = ruleId === '' ? `rules/${target.ids.length}/${to}/${target.ids.join(',')}` : `rule/${ruleId}/${to}`;
  return object.slice(0, MAX_AUDIT_OBJECT_CHARS);
}
