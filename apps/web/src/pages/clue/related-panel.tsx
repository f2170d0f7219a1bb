import type { ClueDetail, ClueSummary } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { Panel } from '../../parts/panel.js';
import { ClueStateMark } from '../clues/clue-marks.js';
import styles from './clue-page.module.css';

/** Other clues: those that were linked, and those about the same thing. */
export function RelatedPanel({ clue: { linked, sameSubject } }: { clue: ClueDetail }) {
  if (linked.length === 0 && sameSubject.length === 0) return null;
  return (
    <Panel title="有关线索">
      <Clues label="已关联" clues={linked} />
      <Clues label="同一对象" clues={sameSubject} />
    </Panel>
  );
}

function Clues({ label, clues }: { label: string; clues: readonly ClueSummary[] }) {
  if (clues.length === 0) return null;
  return (
    <>
      <p className={styles['subhead']}>{label}</p>
      <ul className={styles['related']} aria-label={label}>
        {clues.map((clue) => (
          <li key={clue.id}>
            <Link to={`/clues/${encodeURIComponent(clue.id)}`}>{clue.number}</Link>
            <ClueStateMark state={clue.state} />
          </li>
        ))}
      </ul>
    </>
  );
}
