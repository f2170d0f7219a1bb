import { CLUE_STATE_LABELS, type ClueDetail, type ClueStep } from '@tianyan/console-app/api';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { instantText } from '../../format/time.js';
import styles from './clue-page.module.css';

interface News {
  /** Steps of others since the person has looked, oldest first. */
  steps: readonly ClueStep[];
  /** How many steps there were when the person last looked: what is decided on. */
  revision: number;
  /** The person has looked. */
  look: () => void;
}

/**
 * A clue is read again whenever somebody has taken a step; what the person decides on is what was there when they looked, and not what has
 * come in meanwhile. What they did themselves they know.
 */
export function useNews({ revision, steps }: ClueDetail): News {
  const [looked, setLooked] = useState(revision);
  const news = steps.filter(({ seq, own }) => seq > looked && !own);
  return { steps: news, revision: news.length === 0 ? revision : looked, look: () => setLooked(revision) };
}

/** Who did what, when, and where it led. */
export function NewsList({ steps }: { steps: readonly ClueStep[] }) {
  return (
    <ul className={styles['news']} aria-label="别人办了什么">
      {steps.map(({ seq, takerName, atMs, kindLabel, stateAfter, lines }) => (
        <li key={seq}>
          {takerName ?? '平台'} 于 {instantText(atMs)} “{kindLabel}”，现在“{CLUE_STATE_LABELS[stateAfter]}”
          {lines.map(({ label, text }) => (
            <span key={label}>
              {label}：{text}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** Says on the open page that somebody else was at work; what is being typed stays. */
export function ClueNews({ clue }: { clue: ClueDetail }) {
  const { steps, look } = useNews(clue);
  return (
    <div aria-live="polite">
      {steps.length === 0 ? null : (
        <Alert
          type="info"
          showIcon
          title={`您打开页面之后，别人办了 ${steps.length} 步，下面已是最新情况`}
          description={<NewsList steps={steps} />}
          action={
            <Button size="small" onClick={look}>
              知道了
            </Button>
          }
          style={{ marginBottom: 12 }}
        />
      )}
    </div>
  );
}
