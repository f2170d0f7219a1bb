import type { Change, QuarantineGroupDetail } from '@tianyan/console-app/api';
import { MAX_PLAN_CHANGES } from '@tianyan/console-app/api';
import { Button, Input, Select } from 'antd';
import styles from './mends.module.css';

/** As it stands in the form. `from` null: whatever the cell holds; '' stands for an empty cell, as in `to`. */
export interface DraftChange {
  column: string;
  from: string | null;
  to: string;
}

export function emptyChange(column: string): DraftChange {
  return { column, from: null, to: '' };
}

/** Null while a change is not filled in. */
export function planChanges(drafts: readonly DraftChange[]): Change[] | null {
  if (drafts.length === 0 || drafts.some(({ column }) => column === '')) return null;
  return drafts.map(({ column, from, to }) => ({
    column,
    ...(from === null ? {} : { from: from === '' ? null : from }),
    to: to === '' ? null : to,
  }));
}

/** Which value becomes which, one line each. */
export function ChangeFields(props: {
  group: Pick<QuarantineGroupDetail, 'columns'>;
  changes: readonly DraftChange[];
  onChange: (changes: readonly DraftChange[]) => void;
}) {
  const { group, changes, onChange } = props;
  const set = (index: number, part: Partial<DraftChange>) =>
    onChange(changes.map((change, at) => (at === index ? { ...change, ...part } : change)));
  return (
    <>
      {changes.map((change, index) => (
        // Lines have no identity beyond their place.
        <div key={index} className={styles['change']} role="group" aria-label={`第 ${index + 1} 条改正`}>
          <label>
            栏目
            <Select
              value={change.column}
              onChange={(column) => set(index, { column, from: null })}
              options={group.columns.map(({ column, fieldLabels }) => ({
                value: column,
                label: `${fieldLabels.join('、')}（${column}）`,
              }))}
            />
          </label>
          <label>
            原来的值
            <Select
              value={change.from ?? ANY}
              onChange={(from) => set(index, { from: from === ANY ? null : from })}
              options={valuesOf(group, change.column)}
            />
          </label>
          <label>
            改为（留空表示清空）
            <Input value={change.to} maxLength={2_000} onChange={(event) => set(index, { to: event.target.value })} />
          </label>
          <Button disabled={changes.length === 1} onClick={() => onChange(changes.filter((_, at) => at !== index))}>
            删除
          </Button>
        </div>
      ))}
      <Button
        style={{ justifySelf: 'start' }}
        disabled={changes.length >= MAX_PLAN_CHANGES}
        onClick={() => onChange([...changes, emptyChange(group.columns[0]?.column ?? '')])}
      >
        再加一条
      </Button>
    </>
  );
}

/** No cell holds it: a cell is trimmed. */
const ANY = ' ';

/** The values that the first rows hold. A covered one cannot be chosen: what stands behind it is not known here. */
function valuesOf(group: Pick<QuarantineGroupDetail, 'columns'>, name: string) {
  const values = group.columns.find(({ column }) => column === name)?.values ?? [];
  return [
    { value: ANY, label: '不论原来是什么' },
    ...values.map(({ text, masked, count }, index) => ({
      value: masked ? `${ANY}${index}` : (text ?? ''),
      label: `${text ?? '（空）'} · ${count} 行${masked ? '（已遮蔽，请逐条改正）' : ''}`,
      disabled: masked,
    })),
  ];
}
