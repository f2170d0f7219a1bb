import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { MendDetail, MendItem } from '@tianyan/console-app/api';
import { Drawer } from 'antd';
import { Link } from 'react-router';
import { keys } from '../../api/keys.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { UnmaskForm } from '../../parts/unmask-form.js';
import { MendActions } from './mend-actions.js';
import { MendProgress, MendStateMark, mendText } from './mend-progress.js';
import styles from './mends.module.css';
import { mendsQuery, readMend } from './quarantine-queries.js';
import { CellText, SampleTable } from './sample-table.js';

/** One plan: original and proposed side by side, who wants it and why, and what may be done with it. */
export function MendDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer open={id !== null} onClose={onClose} size={720} title="改正方案" destroyOnHidden>
      {id === null ? null : <Mend id={id} onClose={onClose} />}
    </Drawer>
  );
}

function Mend({ id, onClose }: { id: string; onClose: () => void }) {
  // Every reading is entered in the audit log: not again by itself. Closed, it is forgotten: it may be decided meanwhile.
  const query = useQuery({ queryKey: keys.mend(id), queryFn: () => readMend(id), staleTime: Infinity, gcTime: 0 });
  // How far it is, is in the list, which names no value.
  const listed = useQuery(mendsQuery({})).data?.items.find((item) => item.id === id);
  const client = useQueryClient();
  const unmask = async (reason: string) => {
    client.setQueryData(keys.mend(id), await readMend(id, reason));
  };
  return (
    <Loaded query={query}>
      {(read) => {
        const mend = withProgress(read, listed);
        return (
          <div className={styles['stack']}>
            {mend.masked ? <UnmaskForm example="例如：复核改正的内容" onUnmask={unmask} /> : null}
            <Facts mend={mend} />
            <Changes mend={mend} />
            {mend.row === null ? null : <pre className={`${styles['cell']} wrap-anywhere`}>{mend.row}</pre>}
            {mend.samples.length === 0 ? null : <SampleTable samples={mend.samples} caption="原来与改正后" />}
            {mend.state === 'proposed' ? null : <MendProgress mend={mend} />}
            <MendActions mend={mend} masked={mend.masked} onDone={onClose} />
          </div>
        );
      }}
    </Loaded>
  );
}

function withProgress(mend: MendDetail, listed: MendItem | undefined): MendDetail {
  if (!listed) return mend;
  const { state, accepted, refused, note, allowed, decidedBy, decisionReason } = listed;
  return { ...mend, state, accepted, refused, note, allowed, decidedBy, decisionReason };
}

function Facts({ mend }: { mend: MendDetail }) {
  return (
    <dl className={styles['facts']}>
      <div>
        <dt>内容</dt>
        <dd>
          {mendText(mend)}（{mend.sourceLabel}
          {mend.typeLabel === null ? '' : ` · ${mend.typeLabel}`}，{mend.total} 行）
          {mend.groupKey === null ? null : (
            <Link to={`/quarantine/groups/${encodeURIComponent(mend.groupKey)}`}> 查看这一组</Link>
          )}
        </dd>
      </div>
      <div>
        <dt>提出</dt>
        <dd>
          {mend.proposedBy}，<MachineTime atMs={mend.proposedAtMs} />
        </dd>
      </div>
      {mend.reason === null ? null : (
        <div>
          <dt>理由</dt>
          <dd>{mend.reason}</dd>
        </div>
      )}
      <div>
        <dt>状态</dt>
        <dd>
          <MendStateMark mend={mend} />
          {mend.decidedBy === null
            ? null
            : `（${mend.decidedBy}${mend.decisionReason === null ? '' : `：${mend.decisionReason}`}）`}
        </dd>
      </div>
    </dl>
  );
}

/** Which value becomes which. */
function Changes({ mend }: { mend: MendItem }) {
  if (mend.changes.length === 0) return null;
  return (
    <ul className={styles['changes']} aria-label="要改的值">
      {mend.changes.map((change) => (
        <li key={`${change.column} ${change.from}`}>
          <code>{change.column}</code>：{change.anyValue ? '不论原来是什么' : <CellText text={change.from} />} →{' '}
          <CellText text={change.to} isNew />
        </li>
      ))}
    </ul>
  );
}
