import { UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import type { SourceSummary } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { lengthText } from '../../format/time.js';
import { ExportButton } from '../../parts/export-button.js';
import { MachineTime } from '../../parts/machine-time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { PageSkeleton } from '../../parts/page-skeleton.js';
import { SourceStateMark } from '../../parts/source-state-mark.js';
import { SystemIcon } from '../../parts/source-system.js';
import { sourcesQuery } from './source-queries.js';
import { LoadsPanel } from './loads-panel.js';
import styles from './sources-page.module.css';
import { UploadDialog } from './upload-dialog.js';

export default function SourcesPage() {
  const query = useQuery(sourcesQuery);
  const [uploading, setUploading] = useState(false);
  const mayUpload = useMay('upload-file');
  return (
    <>
      <PageHeading
        title="数据源"
        lead="各系统的数据是否按时到达，有多少条没有通过检查。"
        extra={
          <>
            {mayUpload ? (
              <Button type="primary" icon={<UploadOutlined />} onClick={() => setUploading(true)}>
                上传文件
              </Button>
            ) : null}
            <ExportButton title="导出数据源" path="/sources/export" query={{}} action="export-platform-lists" />
          </>
        }
      />
      <div className={styles['stack']}>
        <LoadsPanel />
        <Loaded query={query} skeleton={<PageSkeleton panels={2} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyPanel
                title="还没有数据源"
                hint={
                  mayUpload
                    ? '请在配置中接入数据源，或者先上传一个文件试试。'
                    : '请系统管理员在配置中接入数据源，或者先上传一个文件。'
                }
              />
            ) : (
              <ul className={styles['cards']}>
                {items.map((source) => (
                  <li key={source.id}>
                    <Card source={source} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
      <UploadDialog open={uploading} onClose={() => setUploading(false)} />
    </>
  );
}

function Card({ source }: { source: SourceSummary }) {
  return (
    <Link to={`/sources/${encodeURIComponent(source.id)}`} className={`${styles['card']} ${styles[source.state]}`}>
      <span className={styles['head']}>
        <SystemIcon type={source.types[0]?.type ?? ''} />
        <span className={styles['name']}>
          <b>{source.label}</b>
          <small>
            {source.systemLabel} · {source.kindLabel}
          </small>
        </span>
        <SourceStateMark state={source.state} />
      </span>
      <span className={styles['figures']}>
        <Figure label="数据滞后" text={source.lagMs === null ? '—' : lengthText(source.lagMs)} />
        <Figure label="已入库" text={numberText(source.acceptedCount)} />
        <Figure label="进隔离区" text={numberText(source.quarantinedCount)} />
      </span>
      {source.lastError === null ? null : <span className={styles['error']}>{source.lastError}</span>}
      <span className={styles['foot']}>
        {source.lastRunAtMs === null ? (
          '还没有运行过'
        ) : (
          <>
            上次运行 <MachineTime atMs={source.lastRunAtMs} />
          </>
        )}
      </span>
    </Link>
  );
}

function Figure({ label, text }: { label: string; text: string }) {
  return (
    <span>
      <small>{label}</small>
      <b className="num">{text}</b>
    </span>
  );
}
