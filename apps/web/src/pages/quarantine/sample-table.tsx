import type { Cell, PlanPreview } from '@tianyan/console-app/api';
import { RecordTable, type Column } from '../../parts/record-table.js';
import styles from './mends.module.css';

type Sample = PlanPreview['samples'][number];

/** Rows as they are beside the rows as a plan makes them. */
export function SampleTable({ samples, caption }: { samples: readonly Sample[]; caption: string }) {
  return <RecordTable caption={caption} columns={COLUMNS} rows={samples} keyOf={(sample) => sample.id} />;
}

const COLUMNS: readonly Column<Sample>[] = [
  {
    title: '记录编号',
    cell: (sample) => <span className="mono wrap-anywhere">{sample.recordId ?? '无法识别'}</span>,
    width: '20%',
  },
  { title: '原来', cell: (sample) => <Cells cells={sample.before} /> },
  { title: '改正后', cell: (sample) => (sample.accepted ? <Cells cells={sample.after} changed={sample.before} /> : '—') },
  {
    title: '结果',
    cell: (sample) =>
      sample.accepted ? <span className={styles['done']}>通过</span> : <span className={styles['refused']}>{sample.reason}</span>,
    width: '24%',
  },
];

export function Cells({ cells, changed }: { cells: readonly Cell[]; changed?: readonly Cell[] }) {
  return (
    <>
      {cells.map((cell, index) => (
        <div key={cell.column} className="wrap-anywhere">
          {cell.column}：<CellText text={cell.text} isNew={changed !== undefined && changed[index]?.text !== cell.text} />
        </div>
      ))}
    </>
  );
}

export function CellText({ text, isNew = false }: { text: string | null; isNew?: boolean }) {
  if (text === null) return <span className={styles['empty']}>（空）</span>;
  return <span className={`${styles['cell']} ${isNew ? styles['after'] : ''}`}>{text}</span>;
}
