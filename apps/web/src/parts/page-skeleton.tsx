import { Skeleton, Typography } from 'antd';
import { Panel } from './panel.js';

/** Says in words too that the page is on its way: pale bars alone look like empty cards when an answer takes seconds. */
export function PageSkeleton({ panels = 2 }: { panels?: number }) {
  return (
    <div role="status" aria-label="正在读取" style={{ display: 'grid', gap: 16 }}>
      <Typography.Text type="secondary">正在读取…</Typography.Text>
      {Array.from({ length: panels }, (_, index) => (
        <Panel key={index}>
          <Skeleton active paragraph={{ rows: 4 }} />
        </Panel>
      ))}
    </div>
  );
}
