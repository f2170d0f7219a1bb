import { useQuery } from '@tanstack/react-query';
import type { AssignedCircular } from '@tianyan/console-app/circular-api';
import { Link } from 'react-router';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { Deadline } from '../clues/clue-marks.js';
import styles from './assignments-page.module.css';
import { CircularStateMark } from './circular-parts.js';
import { assignedCircularsQuery } from './circular-queries.js';

/** Circulars that were sent to the liaison's units. */
export function AssignedCirculars() {
  return (
    <Loaded query={useQuery(assignedCircularsQuery)}>
      {({ items }) => (
        <Panel title="通报" note={`${items.length} 份`} flush>
          {items.length === 0 ? <EmptyPanel title="没有通报" hint="发给本单位或全县的通报会列在这里，并发通知。" /> : null}
          <ul className={styles['list']} aria-label="通报">
            {items.map((circular) => (
              <CircularRow key={circular.id} circular={circular} />
            ))}
          </ul>
        </Panel>
      )}
    </Loaded>
  );
}

function CircularRow({ circular }: { circular: AssignedCircular }) {
  return (
    <li>
      <Link to={`/assignments/circulars/${encodeURIComponent(circular.id)}`} className={styles['row']}>
        <b>{circular.title}</b>
        <span>{circular.number}</span>
        <span className={styles['end']}>
          <CircularStateMark state={circular.state} />
          {circular.read ? null : <span>未阅</span>}
          {circular.toReport ? (
            <span>
              请报送建章立制，期限 <Deadline of={circular} />
            </span>
          ) : null}
        </span>
      </Link>
    </li>
  );
}
