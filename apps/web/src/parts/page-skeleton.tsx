import { Skeleton } from 'antd';
import { Panel } from './panel.js';

export function PageSkeleton({ panels = 2 }: { panels?: number }) {
  return (
    <div role="status" aria-label="正在读取" style={{ display: 'grid', gap: 16 }}>
      <Skeleton.Input active size="small" style={{ width: 180 }} />
      {Array.from({ length: panels }, (_, index) => (
        <Panel key={index}>
          <Skeleton active paragraph={{ rows: 4 }} />
        </Panel>
      ))}
    </div>
  );
}
