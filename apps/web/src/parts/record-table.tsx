import type { ReactNode } from 'react';
import styles from './record-table.module.css';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that their digits line up. */
  numeric?: boolean;
  width?: string;
}

/** A table that becomes a list of cards on a phone: every value keeps its label. */
export function RecordTable<Row>(props: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  const { columns } = props;
  return (
    <table className={styles['table']}>
      <caption className="sr-only">{props.caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.title}
              scope="col"
              className={column.numeric ? styles['numeric'] : undefined}
              style={{ width: column.width }}
            >
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={props.keyOf(row)}>
            {columns.map((column) => (
              <td
                key={column.title}
                data-label={column.title}
                className={column.numeric ? `${styles['numeric']} num` : undefined}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
