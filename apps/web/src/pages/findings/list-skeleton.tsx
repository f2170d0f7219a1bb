import { Skeleton } from 'antd';

export function ListSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="正在读取" style={{ padding: '4px 20px 16px' }}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton
          key={index}
          active
          title={{ width: '82%' }}
          paragraph={{ rows: 1, width: '46%' }}
          style={{ padding: '14px 0 0' }}
        />
      ))}
    </div>
  );
}
