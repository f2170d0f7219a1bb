import { ArrowUpOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { numberText } from '../../format/number.js';
import { useLiveEvents } from '../../live/live-provider.js';
import bar from '../findings/new-findings-bar.module.css';

/** Says that steps were taken on clues, and shows them when asked: a list must not move while somebody reads it. */
export function ChangedCluesBar({ onShow }: { onShow: () => void }) {
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  useLiveEvents((event) => {
    if (event.kind === 'clue') setChanged((before) => new Set(before).add(event.id));
  });
  const show = () => {
    setChanged(new Set());
    onShow();
  };
  return (
    <div aria-live="polite">
      {changed.size > 0 ? (
        <button type="button" className={bar['bar']} onClick={show}>
          <ArrowUpOutlined aria-hidden="true" /> 有 {numberText(changed.size)} 条线索刚有办理，点这里显示
        </button>
      ) : null}
    </div>
  );
}
