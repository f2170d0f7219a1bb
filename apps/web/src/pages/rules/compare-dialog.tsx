import type { RuleVersionItem } from '@tianyan/console-app/api';
import { Modal, Select } from 'antd';
import { useState } from 'react';
import styles from './drafts/draft.module.css';
import { TextDiff } from './text-diff-view.js';

/** Two versions of a rule, line by line. `first`: the one it was opened from; null: closed. */
export function CompareDialog(props: { items: readonly RuleVersionItem[]; first: RuleVersionItem | null; onClose: () => void }) {
  const { items, first, onClose } = props;
  return (
    <Modal open={first !== null} onCancel={onClose} footer={null} width={860} title="两版比较" destroyOnHidden>
      {first ? <Compared items={items} first={first} /> : null}
    </Modal>
  );
}

function Compared({ items, first }: { items: readonly RuleVersionItem[]; first: RuleVersionItem }) {
  const others = items.filter(({ digest }) => digest !== first.digest);
  const standing = others.find(({ isPublished }) => isPublished) ?? others[0];
  const [digest, setDigest] = useState(standing?.digest ?? '');
  const second = others.find((item) => item.digest === digest);
  if (!second) return null;
  const [before, after] = first.version <= second.version ? [first, second] : [second, first];
  return (
    <>
      <div className={styles['actions']} style={{ marginBottom: 12 }}>
        <span>第 {first.version} 版 与</span>
        <Select
          aria-label="与哪一版比较"
          value={digest}
          onChange={setDigest}
          style={{ minWidth: 160 }}
          options={others.map((item) => ({
            value: item.digest,
            label: `第 ${item.version} 版${item.isPublished ? '（现行）' : ''}`,
          }))}
        />
        <span>
          从第 {before.version} 版到第 {after.version} 版改了什么：
        </span>
      </div>
      <TextDiff before={before.yaml} after={after.yaml} label="两版的不同" />
    </>
  );
}
