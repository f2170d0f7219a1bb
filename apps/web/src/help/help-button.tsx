import { QuestionCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'react-router';
import styles from './help.module.css';
import { helpedPageOf, type HelpedPage } from './helped-pages.js';
import type { DetailTopic } from './topics.js';

// Dialog and texts come when the first help is opened: the first load must not carry them.
const HelpDialog = lazy(() => import('./help-dialog.js'));

/** The question mark beside what is not plain by itself. `label`: what it is about, as the page calls it. */
export function Help({ topic, label }: { topic: DetailTopic; label: string }) {
  return <HelpButton label={label} of={{ topic }} />;
}

/** Help of the page that is shown; none where there is none. */
export function PageHelp({ label }: { label: string }) {
  const page = helpedPageOf(useLocation().pathname);
  return page === null ? null : <HelpButton label={label} of={{ page }} />;
}

function HelpButton({ label, of }: { label: string; of: { topic: DetailTopic } | { page: HelpedPage } }) {
  const [shown, setShown] = useState<'no' | 'yes' | 'closed'>('no');
  return (
    <>
      <Button
        type="text"
        size="small"
        className={styles['ask'] ?? ''}
        aria-label={`帮助：${label}`}
        icon={<QuestionCircleOutlined aria-hidden="true" />}
        onClick={() => setShown('yes')}
      />
      {shown === 'no' ? null : (
        <Suspense fallback={null}>
          <HelpDialog of={of} open={shown === 'yes'} onClose={() => setShown('closed')} />
        </Suspense>
      )}
    </>
  );
}
