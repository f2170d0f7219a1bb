import { LETTER_KIND_LABELS, type HandledWork } from '@tianyan/console-app/api';
import { Checkbox, Select } from 'antd';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { chinaDay } from '../../format/time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ReasonForm } from '../../parts/reason-form.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ClueDue, ClueStateMark, Deadline } from '../clues/clue-marks.js';
import { LetterStateMark } from '../supervision/parts.js';
import { useHandOver, type Item } from './hand-over-queries.js';
import styles from './hand-over.module.css';

type Row =
  | (Item & { kind: 'clue'; clue: HandledWork['clues'][number] })
  | (Item & { kind: 'letter'; letter: HandledWork['letters'][number] })
  | (Item & { kind: 'circular'; circular: HandledWork['circulars'][number] });

/** What is given to whom. Everything is chosen at first: who leaves leaves nothing behind. */
export function HandOverForm({ work }: { work: HandledWork }) {
  const id = useId();
  const [toId, setToId] = useState<string | null>(null);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const handOver = useHandOver(work.holder.userId);
  const rows: Row[] = [
    ...work.clues.map((clue) => ({ kind: 'clue', id: clue.id, clue }) as const),
    ...work.letters.map((letter) => ({ kind: 'letter', id: letter.id, letter }) as const),
    ...work.circulars.map((circular) => ({ kind: 'circular', id: circular.id, circular }) as const),
  ];
  const chosen = rows.filter((row) => !leftOut.has(row.id));
  const refusals = new Map((handOver.data ?? []).map((outcome) => [outcome.id, outcome.refusal]));
  const choose = (row: Row, isChosen: boolean) => {
    const next = new Set(leftOut);
    if (isChosen) next.delete(row.id);
    else next.add(row.id);
    setLeftOut(next);
  };
  const said = saidOf(handOver);
  return (
    <>
      {said === null ? null : (
        <p role="status" className={styles['form']}>
          {said}
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyPanel title="手上没有可以移交的事项" />
      ) : (
        <>
          <RecordTable caption="手上的事项" columns={columnsFor(leftOut, choose, refusals)} rows={rows} keyOf={(row) => row.id} />
          <div className={styles['form']}>
            <div className={styles['field']}>
              <label htmlFor={id}>接手的人</label>
              <Select
                id={id}
                value={toId}
                placeholder="请选择"
                showSearch={{ optionFilterProp: 'label' }}
                options={work.receivers.map((person) => ({
                  value: person.userId,
                  label: `${person.name}（${person.roleLabel}，手上 ${person.clues} 条线索）`,
                }))}
                onChange={setToId}
              />
            </div>
            {toId === null || chosen.length === 0 ? (
              <p className={styles['note']}>选好接手的人和要移交的事项后，写明理由移交。</p>
            ) : (
              <ReasonForm
                placeholder="例如：调离，见某某文件；本人申请，另有任务"
                error={handOver.error}
                isPending={handOver.isPending}
                actions={[
                  {
                    label: `移交选中的 ${chosen.length} 项`,
                    isMain: true,
                    onClick: (reason) =>
                      handOver.mutate({ toId, reason, items: chosen.map(({ kind, id: itemId }) => ({ kind, id: itemId })) }),
                  },
                ]}
              />
            )}
          </div>
        </>
      )}
    </>
  );
}

function saidOf({ data, isPending, progress }: ReturnType<typeof useHandOver>): string | null {
  if (isPending) return `正在移交，已办 ${progress.done} / ${progress.of} 项，请不要离开本页`;
  if (data === undefined) return null;
  const kept = data.filter(({ refusal }) => refusal !== null).length;
  const gone = `已移交 ${data.length - kept} 项`;
  return kept === 0 ? `${gone}。` : `${gone}，${kept} 项没有移交，原因见下表。`;
}

function columnsFor(
  leftOut: ReadonlySet<string>,
  choose: (row: Row, isChosen: boolean) => void,
  refusals: ReadonlyMap<string, string | null>,
): readonly Column<Row>[] {
  return [
    {
      title: '移交',
      width: '72px',
      cell: (row) => (
        <Checkbox
          aria-label={`移交 ${nameOf(row)}`}
          checked={!leftOut.has(row.id)}
          onChange={({ target }) => choose(row, target.checked)}
        />
      ),
    },
    {
      title: '事项',
      width: '46%',
      cell: (row) => {
        const refusal = refusals.get(row.id);
        return (
          <span>
            <Link to={`/${PATHS[row.kind]}/${encodeURIComponent(row.id)}`}>{nameOf(row)}</Link>
            <span className={styles['title']}>{titleOf(row)}</span>
            {refusal ? <span className={styles['refused']}>没有移交：{refusal}</span> : null}
          </span>
        );
      },
    },
    { title: '状态', cell: stateOf },
    { title: '期限', cell: dueOf },
  ];
}

const PATHS: Readonly<Record<Row['kind'], string>> = { clue: 'clues', letter: 'letters', circular: 'circulars' };

function titleOf(row: Row): string {
  if (row.kind === 'clue') return row.clue.title;
  return row.kind === 'letter' ? row.letter.title : row.circular.title;
}

function stateOf(row: Row) {
  if (row.kind === 'clue') return <ClueStateMark state={row.clue.state} />;
  return row.kind === 'letter' ? <LetterStateMark state={row.letter.state} /> : row.circular.stateLabel;
}

function dueOf(row: Row) {
  if (row.kind === 'clue') return <ClueDue clue={row.clue} />;
  if (row.kind === 'letter') return <Deadline of={row.letter} />;
  const { dueAtMs } = row.circular;
  return dueAtMs === null ? '—' : <span className="num">{chinaDay(dueAtMs - 1)}</span>;
}

function nameOf(row: Row): string {
  if (row.kind === 'clue') return row.clue.number;
  if (row.kind === 'circular') return row.circular.name;
  return row.letter.number ?? `${LETTER_KIND_LABELS[row.letter.kind]}（未编号）`;
}
