import type { CampaignResults, ResultPart } from '@tianyan/console-app/api';
import { MIN_ANSWERS } from '@tianyan/console-app/api';
import { numberText } from '../../format/number.js';
import { BarList } from '../../parts/bar-list.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { Facts } from '../supervision/parts.js';
import styles from './campaigns.module.css';
import { shareText } from './parts.js';

const columnsOf = (title: string): readonly Column<ResultPart>[] => [
  { title, width: '36%', cell: ({ name }) => name },
  { title: '选定', numeric: true, cell: ({ picked }) => numberText(picked) },
  { title: '已核实', numeric: true, cell: ({ verified }) => numberText(verified) },
  { title: '有问题', numeric: true, cell: ({ problems }) => numberText(problems) },
  { title: '无法核实', numeric: true, cell: ({ unverifiable }) => numberText(unverifiable) },
  {
    title: '问题率',
    numeric: true,
    cell: ({ problemPermille, problems, verified }) => shareText(problemPermille, problems, verified),
  },
];

/** How far it is, and what was found; every share with what it is a share of. */
export function ResultsPanel({ results }: { results: CampaignResults }) {
  const { picked, byState, verified, problems, unverifiable, problemPermille } = results;
  return (
    <>
      <Panel title="结果" note="问题率 = 确认有问题 ÷ 已核实；无法核实的另计">
        <Facts
          facts={[
            { label: '选定', value: `${numberText(picked)} 件` },
            ...byState.map(({ label, count }) => ({ label, value: `${numberText(count)} 件` })),
            { label: '有问题', value: `${numberText(problems)} 件` },
            { label: '无法核实', value: `${numberText(unverifiable)} 件` },
            { label: '问题率', value: shareText(problemPermille, problems, verified) },
          ]}
        />
      </Panel>
      <Panel title="按问题种类" note="一件工单可有几种">
        <BarList
          counts={results.byKind.map(({ label, count }) => ({ key: label, label, count }))}
          max={results.byKind.length}
          keepOrder
        />
      </Panel>
      <Panel title="按单位、乡镇" flush>
        <div className={styles['stack']}>
          <RecordTable caption="按单位" columns={columnsOf('承办单位')} rows={results.byUnit} keyOf={({ code }) => code ?? ''} />
          <RecordTable caption="按乡镇" columns={columnsOf('乡镇')} rows={results.byTownship} keyOf={({ code }) => code ?? ''} />
        </div>
      </Panel>
      {results.questions.length === 0 ? null : <Questions questions={results.questions} />}
    </>
  );
}

function Questions({ questions }: { questions: CampaignResults['questions'] }) {
  return (
    <Panel title="问卷" note={`不足 ${MIN_ANSWERS} 人回答的不显示分布`}>
      {questions.map(({ text, answered, split }) => (
        <section key={text} aria-label={text}>
          <p>
            {text} <span className={styles['soft']}>{answered} 人回答</span>
          </p>
          {split === null ? null : (
            <BarList counts={split.map(({ label, count }) => ({ key: label, label, count }))} max={split.length} keepOrder />
          )}
        </section>
      ))}
    </Panel>
  );
}
