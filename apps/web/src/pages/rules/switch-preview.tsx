import type { DecidedCounts, SwitchedRule, SwitchPreview as Preview } from '@tianyan/console-app/api';
import { Alert, Progress } from 'antd';
import { numberText } from '../../format/number.js';
import { instantText } from '../../format/time.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import styles from './switch-preview.module.css';
import { CancelTrial } from './trial/cancel-trial.js';
import { decisionsText } from './trial/trial-decided.js';
import { TrialLoads } from './trial/trial-loads.js';
import { RulesUnderWay } from './trial/trial-under-way.js';
import type { useTrial } from './trial/use-trial.js';

const EFFECTS: Readonly<Record<SwitchedRule['effect'], string>> = { on: '启用', off: '停用', sources: '改数据源' };

const UNCOUNTED: Readonly<Record<NonNullable<SwitchedRule['uncounted']>, string>> = {
  'out-of-reach': '不在您的管辖范围内，不计数',
  'too-many': '现有疑点超过 20 万条，不比较',
  'too-much': '一次研判超出限额，没有算',
  fails: '研判出错，没有算；启用后会自动暂停',
  'no-time': '十分钟内没有轮到',
  unreadable: '这一版程序读不懂它的全文，没有算',
};

/** Whether it says anything of what the switch brings: nothing changes, or some rule was counted. */
export function saysSomething({ rules }: Preview): boolean {
  return rules.length === 0 || rules.some(({ changes }) => changes !== null);
}

/** Which findings would appear and disappear, rule by rule and together, were they switched as the dialog says. */
export function SwitchPreview({ trying, isOutdated }: { trying: ReturnType<typeof useTrial>; isOutdated: boolean }) {
  const { trial, error, isBusy } = trying;
  if (!isBusy && !trial && !error) return null;
  const preview = isBusy ? null : trial?.switched;
  return (
    <section aria-label="会增减的疑点" className={styles['preview']}>
      {error ? <Alert role="alert" type="error" showIcon title={error.message} /> : null}
      {isBusy ? (
        <>
          <p role="status">
            {trial?.state === 'queued'
              ? '前面还有别的规则在试，正在排队……'
              : '正在逐条研判全部已有记录（只看，不改动任何数据），规则多时要几分钟……'}
          </p>
          <div className={styles['progress']}>
            <Progress aria-label="进度" percent={Math.round((trial?.progress ?? 0) * 100)} status="active" />
            <CancelTrial trying={trying} />
          </div>
        </>
      ) : null}
      {trial?.state === 'failed' ? <Alert role="alert" type="error" showIcon title={trial.failure} /> : null}
      {trial?.state === 'cancelled' ? <Alert role="status" type="info" showIcon title="已取消，什么也没有改动。" /> : null}
      {preview && isOutdated ? (
        <Alert type="warning" showIcon title="开关或数据源又改过了，下面是改动之前的结果，请再算一次。" />
      ) : null}
      {preview && trial ? <TrialLoads loads={trial.loads} /> : null}
      {preview ? <Changes preview={preview} /> : null}
    </section>
  );
}

const columns: readonly Column<SwitchedRule>[] = [
  // No link: whoever leaves the dialog leaves what was counted.
  { title: '规则', cell: ({ id, title }) => title ?? id, width: '34%' },
  { title: '开关以后', cell: ({ effect }) => EFFECTS[effect] },
  { title: '现有', numeric: true, cell: ({ changes }) => countText(changes?.standing) },
  { title: '会新增', numeric: true, cell: ({ changes }) => countText(changes?.gained) },
  { title: '会少掉', numeric: true, cell: ({ changes }) => countText(changes?.lost) },
  { title: '说明', cell: noteOf, width: '26%' },
];

function countText(count: number | undefined): string {
  return count === undefined ? '—' : numberText(count);
}

function noteOf({ changes, uncounted, underWay = false }: SwitchedRule): string {
  if (uncounted !== null) return UNCOUNTED[uncounted];
  const decisions = [
    { label: '新增的里，以前判过', counts: changes?.decided.gained },
    { label: '少掉的里，已经判过', counts: changes?.decided.lost },
  ].flatMap(({ label, counts }) => (counts && decided(counts) > 0 ? [`${label}：${decisionsText({ ...counts, open: 0 })}`] : []));
  return [...(underWay ? ['还没研判完，数目不作数'] : []), ...decisions].join('；');
}

function decided({ open: _open, ...counts }: DecidedCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function Changes({ preview: { rules, unchanged, followers, nowMs } }: { preview: Preview }) {
  const counted = rules.filter(({ changes }) => changes !== null);
  const sum = (of: 'gained' | 'lost') => counted.reduce((total, { changes }) => total + (changes?.[of] ?? 0), 0);
  const uncounted = rules.length - counted.length;
  const underWay = counted.filter((rule) => rule.underWay === true).length;
  const told = rules
    .filter(({ changes, underWay: isUnderWay }) => !changes || isUnderWay === true || changes.gained + changes.lost > 0)
    .toSorted((a, b) => moved(b) - moved(a));
  const quiet = rules.length - told.length;
  return (
    <>
      {rules.length === 0 ? (
        <p role="status">这样开关，哪条规则都和现在一样，疑点不增不减。</p>
      ) : (
        <p role="status">
          按 {instantText(nowMs)} 的全部记录，{numberText(rules.length)} 条规则有变化，合计
          <b>新增疑点 {numberText(sum('gained'))} 条</b>，<b>少掉 {numberText(sum('lost'))} 条</b>。
        </p>
      )}
      <RulesUnderWay count={underWay} of={rules.length} />
      {uncounted > 0 ? <Alert type="warning" showIcon title={uncountedWords(uncounted, rules.length)} /> : null}
      {told.length > 0 ? (
        <div className={styles['rules']} role="region" aria-label="逐条规则" tabIndex={0}>
          <RecordTable caption="各条规则会增减的疑点" columns={columns} rows={told} keyOf={({ id }) => id} />
        </div>
      ) : null}
      <p className={styles['note']}>
        {quiet > 0 ? `另有 ${numberText(quiet)} 条规则开关以后疑点不增不减。` : ''}
        {unchanged > 0 ? `${numberText(unchanged)} 条和现在一样：已经这样，或者被规则包、自己的开关停着。` : ''}
        {followers.length > 0 ? `“${followers.join('”“')}”按别的规则的疑点判断，这里按现有疑点算，开关以后会跟着变。` : ''}
      </p>
    </>
  );
}

function uncountedWords(uncounted: number, of: number): string {
  if (uncounted === of) return '一条规则也没有算出来，不算看过：请再算一次；要直接开关，请在下面写明为什么不看。';
  return `其中 ${numberText(uncounted)} 条规则没有算，合计里没有它们；保存时会记入操作日志。`;
}

function moved({ changes }: SwitchedRule): number {
  return changes ? changes.gained + changes.lost : 0;
}
