import { useQuery } from '@tanstack/react-query';
import type { Overview } from '@tianyan/console-app/api';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { BarList } from '../../parts/bar-list.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { Panel } from '../../parts/panel.js';
import { useMay } from '../../app/session.js';
import { BenchLine } from '../bench/bench-line.js';
import { DriftPanel } from './drift-panel.js';
import { KeyNumbers } from './key-numbers.js';
import { LiveFeed } from './live-feed.js';
import { LoadsLine } from './loads-line.js';
import styles from './overview-page.module.css';
import { overviewQuery } from './overview-query.js';
import { RecordsPanel } from './records-panel.js';
import { SourcesPanel } from './sources-panel.js';
import { TrendPanel } from './trend-panel.js';
import { ClassPanel } from './class-panel.js';

/** A county has 10 to 30 townships; the list shows those that matter most. */
const MAX_TOWNSHIPS = 12;
const MAX_RULES = 12;

export default function OverviewPage() {
  const query = useQuery(overviewQuery);
  const hasBench = useMay('read-clues');
  return (
    <>
      <PageHeading title="总览" />
      {hasBench ? <BenchLine /> : null}
      <Loaded query={query} skeleton={<PageSkeleton panels={3} />}>
        {(overview) => <Content overview={overview} />}
      </Loaded>
    </>
  );
}

function Content({ overview }: { overview: Overview }) {
  const { findings } = overview;
  return (
    <div className={styles['grid']}>
      <div className={styles['full']}>
        <LoadsLine loads={overview.loads} />
        <KeyNumbers overview={overview} />
      </div>
      <div className={styles['wide']}>
        <TrendPanel perDay={findings.perDay} />
      </div>
      <div className={styles['feed']}>
        <LiveFeed />
      </div>
      <div className={styles['wide']}>
        <RecordsPanel records={overview.records} />
      </div>
      <Panel title="问题类别" note="待核实疑点">
        <ClassPanel counts={findings.byClass} bySeverity={findings.bySeverity} />
      </Panel>
      <Panel title="乡镇分布" note="待核实疑点">
        {findings.byTownship.length === 0 ? <EmptyPanel title="暂无" /> : null}
        <BarList
          counts={findings.byTownship}
          max={MAX_TOWNSHIPS}
          to={(code) => `/findings?status=open&township=${encodeURIComponent(code)}`}
        />
      </Panel>
      <Panel title="触发规则" note="待核实疑点">
        {findings.byRule.length === 0 ? <EmptyPanel title="暂无" /> : null}
        <BarList
          counts={findings.byRule}
          max={MAX_RULES}
          colour="#8b6fb0"
          to={(id) => `/findings?status=open&rule=${encodeURIComponent(id)}`}
        />
      </Panel>
      <div className={styles['wide']}>
        <SourcesPanel sources={overview.sources} />
      </div>
      <DriftPanel drift={overview.drift} />
    </div>
  );
}
