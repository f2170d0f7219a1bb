import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { checkedSettings, type ParameterSettings, type Trials } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import {
  checkRule,
  overlaid,
  parameterLimits,
  parameterPlaces,
  parameterSettingsSchema,
  type NamesDirectory,
  type ParameterSetting,
  type RuleDefinition,
} from '@tianyan/rules';
import type { RuleParameters as Answer, SetParametersRequest, TryParametersRequest } from '../api/index.js';
import { assertReachesClass } from './class-reach.js';
import { appliesText, parameterRows, settingLine } from './parameter-answers.js';
import { problemWords, settingProblems } from './parameter-problems.js';
import type { PublishedRule, RuleBook } from './rule-book.js';

/** Values that the county sets for the parameters of a rule: everybody sees them, administrators change them. */
export class RuleParameters {
  constructor(
    private readonly parts: {
      rules: RuleBook;
      parameters: ParameterSettings;
      trials: Trials;
      names: NamesDirectory;
      catalogue: Catalogue;
      audit: AuditLog;
    },
  ) {}

  async get(id: string): Promise<Answer> {
    const { parameters, names: directory, catalogue } = this.parts;
    const { text, misfits } = await this.find(id);
    const [standing, history, names] = await Promise.all([parameters.standing(), parameters.historyOf(id), directory.refresh()]);
    const change = standing.get(id);
    const settings = change?.settings ?? [];
    const broken = new Set(misfits.map(({ setting }) => JSON.stringify(setting)));
    const judged = settings.filter((setting) => !broken.has(JSON.stringify(setting)));
    const lines = (of: readonly ParameterSetting[]) => of.map((one) => settingLine(text, one, { catalogue, names }));
    const limits = parameterLimits(text, catalogue);
    return {
      parameters: parameterPlaces(text).map(({ cases, ...place }) => ({
        ...place,
        least: finite(limits.get(place.name)?.least),
        most: finite(limits.get(place.name)?.most),
        cases: cases.map((when) => ({ when, label: appliesText(text, { when }, { catalogue, names }) })),
        rows: parameterRows(text, judged, place.name, { catalogue, names }),
      })),
      settings: settings.map(plain),
      digest: change?.digest ?? null,
      misfits: misfits.map(({ setting, reason }) => ({ label: settingLine(text, setting, { catalogue, names }), reason })),
      history: history.map(({ actor, reason, changedAtMs, settings: then }) => ({
        account: actor,
        reason,
        atMs: changedAtMs,
        lines: lines(then),
      })),
    };
  }

  /** Judges all records by the rule with these settings; nothing is stored. */
  async tryOut(actor: Actor, id: string, request: TryParametersRequest): Promise<{ id: string }> {
    const { trials, audit } = this.parts;
    const { text, published } = await this.find(id);
    assertReachesClass(actor, text);
    const settings = this.checked(text, request.settings);
    await audit.record(actor, { action: 'try-rule', object: `rule/${id}@${published.version}` });
    return { id: await trials.start(actor.user.id, { rule: text, yaml: published.yaml, settings, reach: Reach.of(actor) }) };
  }

  async set(actor: Actor, id: string, { settings, before, preview, reason }: SetParametersRequest): Promise<Answer> {
    const { parameters, trials, audit } = this.parts;
    const { text, published } = await this.find(id);
    const checked = this.checked(text, settings);
    await parameters.assertStanding(id, before);
    await trials.requirePreview(Reach.of(actor), preview, { of: 'values', yaml: published.yaml, settings: checked });
    await parameters.save({
      ruleId: id,
      settings: checked,
      before,
      actor: actor.user.account,
      reason,
      also: (client) => audit.record(actor, { action: 'set-rule-parameters', object: `rule/${id}`, reason }, client),
    });
    return this.get(id);
  }

  /** Throws RefusedError where the rule does not take them. What a newer text no longer takes has to be taken out. */
  private checked(text: RuleDefinition, asked: TryParametersRequest['settings']): readonly ParameterSetting[] {
    const { catalogue } = this.parts;
    const given = parameterSettingsSchema.parse(asked);
    // First what is wrong with a row by itself: the rule with it says the same in its own terms.
    assertNone(settingProblems(text, given, catalogue));
    const settings = checkedSettings(given);
    const { rule, misfits } = overlaid(text, settings);
    assertNone(misfits.map(({ reason }) => reason));
    assertNone(checkRule(rule, catalogue).map((problem) => problemWords(rule, problem)));
    return settings;
  }

  private async find(id: string): Promise<PublishedRule & { text: RuleDefinition }> {
    const found = await this.parts.rules.find(id);
    if (!found?.published.rule) throw new RefusedError('not-found', '没有这条规则，或者它已经撤下，请回到列表重新打开');
    return { ...found, text: found.published.rule };
  }
}

function assertNone(problems: readonly string[]): void {
  if (problems.length > 0) throw new RefusedError('invalid', `这些取值不能用：\n${problems.join('\n')}`);
}

function finite(limit: number | undefined): number | null {
  return limit !== undefined && Number.isFinite(limit) ? limit : null;
}

/** Without the keys that say nothing: a form compares what it was given with what it sends. */
function plain(setting: ParameterSetting): Answer['settings'][number] {
  const { region, from, to, when, ...rest } = setting;
  return {
    ...rest,
    ...(region === undefined ? {} : { region }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(when === undefined ? {} : { when }),
  };
}
