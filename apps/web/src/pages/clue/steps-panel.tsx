import { CLUE_STATE_LABELS, type ClueStep } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { instantText } from '../../format/time.js';
import { Panel } from '../../parts/panel.js';
import timeLine from '../../parts/time-line.module.css';
import styles from './clue-page.module.css';

/** The history, oldest first: as it is read from the registration on. */
export function StepsPanel({ steps }: { steps: readonly ClueStep[] }) {
  return (
    <Panel title="办理经过" note={`${steps.length} 步`}>
      <ol className={timeLine['line']} aria-label="办理经过">
        {steps.map((step) => (
          <li key={step.seq}>
            <p className={styles['what']}>
              {step.kindLabel}
              <span>{step.takerName ?? '平台'}</span>
              <span>→ {CLUE_STATE_LABELS[step.stateAfter]}</span>
            </p>
            <p className={`${styles['when']} num`}>{instantText(step.atMs)}</p>
            {step.lines.length === 0 ? null : (
              <dl className={styles['lines']}>
                {step.lines.map((line) => (
                  <div key={line.label}>
                    <dt>{line.label}</dt>
                    <dd>
                      <LineText line={line} />
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function LineText({ line: { text, clueId, findingId } }: { line: ClueStep['lines'][number] }) {
  if (clueId !== undefined) return <Link to={`/clues/${encodeURIComponent(clueId)}`}>{text}</Link>;
  if (findingId !== undefined) return <Link to={`/findings/${encodeURIComponent(findingId)}`}>{text}</Link>;
  return text;
}
