import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  EXEMPTION_KIND_LABELS,
  exemptionListSchema,
  MAX_REASON_CHARS,
  reasonSchema,
  type Exemption,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { chinaDay } from '../../format/time.js';
import { ExportButton } from '../../parts/export-button.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { ExemptDialog } from './exempt-dialog.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

/** What people have set aside of the rule's findings, those that are over too; analysts end it here. */
export function ExemptionsPanel({ ruleId }: { ruleId: string }) {
  const mayDecide = useMay('decide-finding');
  const [target, setTarget] = useState<Exemption | null>(null);
  const [isMaking, setMaking] = useState(false);
  const query = useQuery({
    queryKey: keys.ruleExemptions(ruleId),
    queryFn: ({ signal }) => callApi(exemptionListSchema, '/exemptions', { query: { rule: ruleId }, signal }),
  });
  const subjectKinds = query.data?.subjectKinds ?? [];
  const aside = (query.data?.items ?? []).reduce((sum, { findings }) => sum + findings, 0);
  return (
    <Panel
      title="豁免"
      note="在这里或疑点页的“今后不再提示”设定；照常研判、计数，快到期时通知设定的人"
      flush
      extra={
        <Space>
          <ExportButton title="导出豁免" path="/exemptions/export" query={{ rule: ruleId }} />
          {aside === 0 ? null : (
            <Link to={`/findings?status=open&rule=${encodeURIComponent(ruleId)}&aside=only`}>已豁免 {numberText(aside)} 件</Link>
          )}
          {mayDecide && subjectKinds.length > 0 ? (
            <Button size="small" onClick={() => setMaking(true)}>
              新增豁免
            </Button>
          ) : null}
        </Space>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p style={{ padding: '8px 16px', color: 'var(--ink-soft)' }}>没有豁免。</p>
          ) : (
            <RecordTable caption="豁免" columns={columnsFor(mayDecide ? setTarget : null)} rows={items} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      <EndDialog exemption={target} onClose={() => setTarget(null)} />
      <ExemptDialog ruleId={ruleId} subjectKinds={subjectKinds} isOpen={isMaking} onClose={() => setMaking(false)} />
    </Panel>
  );
}

const columnsFor = (onEnd: ((exemption: Exemption) => void) | null): readonly Column<Exemption>[] => [
  { title: '对象', cell: ({ subject }) => subject, width: '22%' },
  { title: '方式', cell: ({ kind }) => EXEMPTION_KIND_LABELS[kind] },
  {
    title: '理由和依据',
    cell: ({ reason, document, account, madeAtMs }) =>
      `${reason}${document === null ? '' : `（依据 ${document}）`}——${account} ${chinaDay(madeAtMs)}`,
    width: '34%',
  },
  { title: '状态', cell: stateText },
  { title: '件数', numeric: true, cell: ({ findings }) => numberText(findings) },
  ...(onEnd === null
    ? []
    : [
        {
          title: '操作',
          cell: (exemption: Exemption) =>
            exemption.counts && exemption.mayEnd ? (
              <Button size="small" aria-label={`提前结束：${exemption.subject}`} onClick={() => onEnd(exemption)}>
                提前结束
              </Button>
            ) : null,
        },
      ]),
];

function stateText({ counts, ended, expiresAtMs }: Exemption): string {
  if (ended) return `${ended.account} ${chinaDay(ended.atMs)} 提前结束：${ended.reason}`;
  if (!counts) return '已到期';
  return expiresAtMs === null ? '长期有效' : `有效至 ${chinaDay(expiresAtMs - 1)}`;
}

function EndDialog({ exemption, onClose }: { exemption: Exemption | null; onClose: () => void }) {
  return (
    <Modal open={exemption !== null} onCancel={onClose} footer={null} title="提前结束豁免" destroyOnHidden>
      {exemption === null ? null : <EndForm exemption={exemption} onClose={onClose} />}
    </Modal>
  );
}

function EndForm({ exemption, onClose }: { exemption: Exemption; onClose: () => void }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () =>
      callApi(z.unknown(), `/exemptions/${encodeURIComponent(exemption.id)}/end`, {
        method: 'POST',
        body: { reason: reason.trim() },
      }),
    onSuccess: async () => {
      void message.success('已结束，这些疑点回到待核实');
      onClose();
      await client.invalidateQueries({ queryKey: keys.exemptions });
      await client.invalidateQueries({ queryKey: keys.findings });
    },
  });
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p>
        {exemption.subject}：{exemption.reason}。结束后，还成立的 {numberText(exemption.findings)} 件疑点回到待核实。
      </p>
      {end.isError ? <Alert role="alert" type="error" showIcon title={end.error.message} /> : null}
      <Input.TextArea
        aria-label="结束的理由"
        placeholder="结束的理由"
        rows={3}
        maxLength={MAX_REASON_CHARS}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <div style={{ display: 'flex', justifyContent: 'flex-end', gap: 8 }}>
        <Button onClick={onClose}>取消</Button>
        <Button
          type="primary"
          disabled={!reasonSchema.safeParse(reason).success}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          确认结束
        </Button>
      </div>
    </div>
  );
}
