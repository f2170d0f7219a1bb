import { useQuery } from '@tanstack/react-query';
import { LETTER_KIND_LABELS, type AssignedLetter, type Rectification } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { Deadline } from '../clues/clue-marks.js';
import { AssignedCirculars } from './assigned-circulars.js';
import { LetterStateMark, RectificationDue, RectificationStateMark } from './parts.js';
import styles from './assignments-page.module.css';
import { assignmentsQuery } from './supervision-queries.js';

/** What a liaison begins with: what was given to the own units, what is to be done first on top. */
export default function AssignmentsPage() {
  const query = useQuery(assignmentsQuery);
  return (
    <>
      <PageHeading
        title="交办事项"
        lead="县纪委监委交给本单位的督办函、通报和整改事项。请按期签收、答复，报送建章立制，报告整改进展。"
      />
      <Loaded query={query}>
        {({ letters, rectifications }) => (
          <div className={styles['panels']}>
            <Panel title="督办函" note={`${letters.length} 份`} flush>
              {letters.length === 0 ? <EmptyPanel title="没有督办函" hint="签发给本单位的督办函会列在这里，并发通知。" /> : null}
              <ul className={styles['list']} aria-label="督办函">
                {letters.map((letter) => (
                  <LetterRow key={letter.id} letter={letter} />
                ))}
              </ul>
            </Panel>
            <AssignedCirculars />
            <Panel title="整改事项" note={`${rectifications.length} 项`} flush>
              {rectifications.length === 0 ? <EmptyPanel title="没有整改事项" /> : null}
              <ul className={styles['list']} aria-label="整改事项">
                {rectifications.map((item) => (
                  <ItemRow key={item.id} item={item} />
                ))}
              </ul>
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}

function LetterRow({ letter }: { letter: AssignedLetter }) {
  return (
    <li>
      <Link to={`/assignments/letters/${encodeURIComponent(letter.id)}`} className={styles['row']}>
        <b>{letter.title}</b>
        <span>{letter.number ?? LETTER_KIND_LABELS[letter.kind]}</span>
        <span className={styles['end']}>
          <LetterStateMark state={letter.state} />
          {letter.dueAtMs === null ? null : (
            <span>
              答复期限 <Deadline of={letter} />
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

function ItemRow({ item }: { item: Rectification }) {
  return (
    <li>
      <Link to={`/assignments/rectifications/${encodeURIComponent(item.id)}`} className={styles['row']}>
        <b>{item.problem}</b>
        <span className={styles['end']}>
          <RectificationStateMark state={item.state} />
          <span>
            整改期限 <RectificationDue item={item} />
          </span>
        </span>
      </Link>
    </li>
  );
}
