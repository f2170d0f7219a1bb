import type { UseQueryResult } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ErrorPanel } from './error-panel.js';
import { PageSkeleton } from './page-skeleton.js';

/** Shows an answer, or that it is on its way, or what to do because it did not come. Old content stays while new is read. */
export function Loaded<T>({
  query,
  skeleton,
  children,
}: {
  query: UseQueryResult<T>;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div role="status" aria-label="正在读取">
      {skeleton ?? <Skeleton active paragraph={{ rows: 5 }} />}
    </div>
  );
}

/** Parts below each other that are asked for apart: shown once it is known what stands on top, which would push the others down. */
export function Together({ known, children }: { known: boolean; children: ReactNode }) {
  return known ? children : <PageSkeleton />;
}
