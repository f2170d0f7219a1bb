import { useQuery } from '@tanstack/react-query';
import { ruleListSchema } from '@tianyan/console-app/api';
import { Alert, Button, Space } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded, Together } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { ChosenRules } from './chosen-rules.js';
import { PackSwitches } from './pack-switches.js';
import styles from './rule-page.module.css';
import { DraftList, draftListQuery } from './drafts/draft-list.js';
import { exportRules } from './drafts/export-rules.js';
import { ImportDialog } from './drafts/import-dialog.js';
import { useBeginDraft } from './drafts/new-draft.js';
import { refetchWhileUnderWay } from './rule-progress.js';
import { GapsPanel } from './gaps-panel.js';
import { QuietRules } from './quiet-rules.js';
import { SlowestPanel } from './slowest-panel.js';
import { SwitchDialog, type Switchable } from './switch-dialog.js';

export default function RulesPage() {
  const maySwitch = useMay('switch-rules');
  const mayCount = useMay('count-coverage');
  const mayReadRuns = useMay('read-run-log');
  const [target, setTarget] = useState<Switchable | null>(null);
  const mayDraft = useMay('draft-rules');
  const [imports, setImports] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const query = useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => callApi(ruleListSchema, '/rules', { signal }),
    refetchInterval: (current) => refetchWhileUnderWay(current.state.data?.items ?? []),
  });
  const drafts = useQuery({ ...draftListQuery, enabled: mayDraft });
  // Drafts stand above the rules, which would be pushed down by them.
  const awaitsDrafts = mayDraft && drafts.isPending;
  return (
    <>
      <PageHeading
        title="规则"
        lead="疑点是按这些规则比对出来的。每条规则都写明依据、标准和比对语句。"
        extra={<Actions onImport={() => setImports(true)} onFailure={setFailure} />}
      />
      {failure === null ? null : <Alert role="alert" type="error" showIcon title={failure} />}
      <Together known={!awaitsDrafts}>
        {mayDraft ? (
          <div style={{ marginBottom: 16 }}>
            <DraftList />
          </div>
        ) : null}
        <Loaded query={query}>
          {({ items, retired, inShadow, packs, sources }) =>
            items.length + retired.length + inShadow.length === 0 ? (
              <EmptyPanel title="还没有规则：研判进程（correlator）启动时载入随产品的规则" />
            ) : (
              <div className={styles['stack']}>
                <PackSwitches
                  packs={packs}
                  openOf={(pack) => items.filter((rule) => rule.pack === pack).reduce((sum, rule) => sum + rule.openFindings, 0)}
                  labelOf={(source) => sources.find(({ name }) => name === source)?.label ?? source}
                  onSwitch={setTarget}
                />
                <ChosenRules items={items} onSwitch={maySwitch ? setTarget : null} />
                <QuietRules retired={retired} inShadow={inShadow} />
                {mayCount ? <GapsPanel /> : null}
                {mayReadRuns ? <SlowestPanel /> : null}
              </div>
            )
          }
        </Loaded>
      </Together>
      <SwitchDialog target={target} sources={query.data?.sources ?? []} onClose={() => setTarget(null)} />
      <ImportDialog open={imports} onClose={() => setImports(false)} />
    </>
  );
}

/** What is done with rules as a whole, or with none yet. */
function Actions({ onImport, onFailure }: { onImport: () => void; onFailure: (message: string) => void }) {
  const mayDraft = useMay('draft-rules');
  const beginDraft = useBeginDraft();
  const fail = (error: Error) => onFailure(error.message);
  return (
    <Space wrap>
      <ExportButton title="导出规则一览" label="导出一览" path="/rules/export" query={{}} action="export-platform-lists" />
      <Button onClick={() => void exportRules().catch(fail)}>导出全部</Button>
      {mayDraft ? (
        <>
          <Button onClick={onImport}>导入</Button>
          <Button type="primary" onClick={() => beginDraft()}>
            写新规则
          </Button>
        </>
      ) : null}
    </Space>
  );
}
