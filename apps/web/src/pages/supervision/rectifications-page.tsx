import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import {
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STATES,
  rectificationDetailSchema,
  registerRectificationSchema,
  type Rectification,
  type RectificationFilter,
} from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { useAddressFilter } from '../../app/address-filter.js';
import { useTownships } from '../../app/divisions.js';
import { useMay } from '../../app/session.js';
import { useUnits } from '../../app/units.js';
import { numberText } from '../../format/number.js';
import { labelled, ListFilters, named } from '../../parts/list-filters.js';
import { ExportButton } from '../../parts/export-button.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { LedgerImportDialog } from './ledger-import-dialog.js';
import { Facts, RectificationDue, RectificationStateMark, yuanText } from './parts.js';
import { StepDialog } from './step-dialog.js';
import { REGISTER_FIELDS } from './step-fields.js';
import { rectificationListQuery, rectificationTotalsQuery } from './supervision-queries.js';

const COLUMNS: readonly Column<Rectification>[] = [
  {
    title: '问题',
    width: '32%',
    cell: (item) => <Link to={`/rectifications/${encodeURIComponent(item.id)}`}>{item.problem}</Link>,
  },
  { title: '单位', cell: ({ unitName }) => unitName },
  { title: '乡镇', cell: ({ townshipName }) => townshipName ?? '全县' },
  { title: '责任人', cell: ({ responsible }) => responsible ?? '未填' },
  { title: '状态', cell: ({ state }) => <RectificationStateMark state={state} /> },
  { title: '整改期限', cell: (item) => <RectificationDue item={item} /> },
  { title: '追回金额', numeric: true, cell: ({ recoveredFen }) => (recoveredFen === 0 ? '—' : yuanText(recoveredFen)) },
];

/** The ledger: one line a problem, until it is put right. */
export default function RectificationsPage() {
  const [search, set] = useAddressFilter();
  const [isOpen, setOpen] = useState(false);
  const [isImporting, setImporting] = useState(false);
  const mayRegister = useMay('handle-supervision');
  const filter = filterOf(search);
  const query = useInfiniteQuery({ ...rectificationListQuery(filter), placeholderData: keepPreviousData });
  const asked = {
    title: '登记整改',
    explanation: '直接登记一项整改；由督办函答复产生的，请在督办函页面记入，便于对照。',
    fields: REGISTER_FIELDS,
    schema: registerRectificationSchema,
    send: (body: object) => callApi(rectificationDetailSchema, '/rectifications', { method: 'POST', body }),
  };
  return (
    <>
      <PageHeading
        title="整改台账"
        lead="每个问题一行：措施、期限、佐证、追回金额、建立完善的制度，验收后销号。"
        extra={
          <>
            {mayRegister ? <Button onClick={() => setOpen(true)}>登记整改</Button> : null}
            {mayRegister ? <Button onClick={() => setImporting(true)}>导入填好的台账</Button> : null}
            <ExportButton title="导出整改台账" path="/rectifications/export" query={filter} />
          </>
        }
      />
      <Totals filter={filter} />
      <Panel flush>
        <Filters filter={filter} onChange={set} />
        <Loaded query={query}>{({ pages }) => <Found items={pages.flatMap(({ items }) => items)} />}</Loaded>
        <MoreButton query={query} />
      </Panel>
      <LedgerImportDialog open={isImporting} onClose={() => setImporting(false)} />
      <StepDialog asked={isOpen ? asked : null} onClose={() => setOpen(false)} />
    </>
  );
}

function filterOf(search: URLSearchParams): RectificationFilter {
  const state = RECTIFICATION_STATES.find((one) => one === search.get('state'));
  const unit = search.get('unit');
  const township = search.get('township');
  return {
    ...(state && { state }),
    ...(unit && { unit }),
    ...(township && { township }),
    ...(search.get('overdue') === 'true' && { overdue: 'true' as const }),
  };
}

function Totals({ filter }: { filter: RectificationFilter }) {
  const query = useQuery({ ...rectificationTotalsQuery(filter), placeholderData: keepPreviousData });
  return (
    <Panel title="合计" className="">
      <Loaded query={query}>
        {({ total, byState, overdue, settledPermille, recoveredFen, improvements, countedImprovements }) => (
          <Facts
            facts={[
              { label: '问题', value: `${numberText(total)} 项` },
              ...byState.map(({ label, count }) => ({ label, value: `${numberText(count)} 项` })),
              { label: '超期', value: `${numberText(overdue)} 项` },
              { label: '整改率', value: settledPermille === null ? '—' : `${(settledPermille / 10).toFixed(1)}%` },
              { label: '追回金额', value: yuanText(recoveredFen) },
              { label: '建立完善制度', value: `${numberText(improvements)} 项` },
              { label: '通报建章立制', value: `${numberText(countedImprovements)} 项` },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Filters(props: { filter: RectificationFilter; onChange: (name: string, value: string | undefined) => void }) {
  const { filter, onChange } = props;
  const choices = [
    { name: 'unit', label: '单位', options: named(useUnits()) },
    { name: 'township', label: '乡镇', options: named(useTownships()) },
    { name: 'state', label: '状态', options: labelled(RECTIFICATION_STATES, RECTIFICATION_STATE_LABELS) },
    { name: 'overdue', label: '期限', options: [{ value: 'true', label: '超期' }] },
  ];
  return <ListFilters filter={filter} choices={choices} onChange={onChange} />;
}

function Found({ items }: { items: readonly Rectification[] }) {
  if (items.length === 0)
    return <EmptyPanel title="没有整改事项" hint="单位答复督办函以后，在督办函页面记入；也可以直接登记。" />;
  return <RecordTable caption="整改台账" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />;
}
