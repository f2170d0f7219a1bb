import { useQuery, useQueryClient } from '@tanstack/react-query';
import { QUARANTINE_STATE_LABELS, quarantineDetailSchema, type QuarantineDetail } from '@tianyan/console-app/api';
import { Alert, Drawer } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { instantText } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { UnmaskForm } from '../../parts/unmask-form.js';
import { QuarantineActions } from './quarantine-actions.js';
import styles from './quarantine-drawer.module.css';

/** One refused record: why, its original text, and what can be done. */
export function QuarantineDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer open={id !== null} onClose={onClose} size={640} title="隔离记录" destroyOnHidden>
      {id === null ? null : <Item id={id} onClose={onClose} />}
    </Drawer>
  );
}

function readItem(id: string, reason?: string): Promise<QuarantineDetail> {
  const query = reason === undefined ? {} : { unmask: 'true', reason };
  return callApi(quarantineDetailSchema, `/quarantine/${encodeURIComponent(id)}`, { query });
}

function Item({ id, onClose }: { id: string; onClose: () => void }) {
  // Every reading is entered in the audit log: not again by itself. Closed, it is forgotten: it may be settled meanwhile.
  const query = useQuery({
    queryKey: keys.quarantineItem(id),
    queryFn: () => readItem(id),
    staleTime: Infinity,
    gcTime: 0,
  });
  const client = useQueryClient();
  const unmask = async (reason: string) => {
    client.setQueryData(keys.quarantineItem(id), await readItem(id, reason));
  };
  return (
    <Loaded query={query}>
      {(item) => (
        <>
          {item.masked ? <UnmaskForm example="例如：更正村代码后重放" onUnmask={unmask} /> : null}
          {/* One and the same before and after the values are uncovered: what somebody has typed stays. */}
          <Detail key={item.id} item={item} onClose={onClose} />
        </>
      )}
    </Loaded>
  );
}

function Detail({ item, onClose }: { item: QuarantineDetail; onClose: () => void }) {
  return (
    <div className={styles['detail']}>
      <Alert showIcon type="warning" title={item.reason} description={`出错的栏目：${item.fieldLabel ?? '整条记录'}`} />
      <dl className={styles['facts']}>
        <div>
          <dt>数据源</dt>
          <dd>{item.sourceLabel}</dd>
        </div>
        <div>
          <dt>类型</dt>
          <dd>{item.typeLabel ?? '无法识别'}</dd>
        </div>
        <div>
          <dt>记录编号</dt>
          <dd className="mono wrap-anywhere">{item.recordId ?? '无法识别'}</dd>
        </div>
        <div>
          <dt>到达时间</dt>
          <dd>{instantText(item.quarantinedAtMs)}</dd>
        </div>
        <div>
          <dt>状态</dt>
          <dd>
            {QUARANTINE_STATE_LABELS[item.state]}
            {item.settledBy === null
              ? ''
              : `（${item.settledBy}${item.discardReason === null ? '' : `：${item.discardReason}`}）`}
          </dd>
        </div>
      </dl>
      <QuarantineActions item={item} onDone={onClose} />
    </div>
  );
}
