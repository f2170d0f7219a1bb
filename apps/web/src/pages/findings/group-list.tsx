import { useInfiniteQuery } from '@tanstack/react-query';
import type { FindingListQuery } from '@tianyan/console-app/api';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { numberText } from '../../format/number.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { MoreButton } from '../../parts/more-button.js';
import { FindingRow, walk } from './finding-rows.js';
import { findingGroupsQuery } from './finding-queries.js';
import styles from './group-list.module.css';
import { ListSkeleton } from './list-skeleton.js';

/** Findings about one thing together: the most severe is shown, with how many there are. */
export function GroupList(props: { query: FindingListQuery; nothing: ReactNode; onOpen: (subject: string) => void }) {
  const list = useInfiniteQuery(findingGroupsQuery(props.query));
  const groups = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <ListSkeleton />;
  if (list.isError && groups.length === 0) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  if (groups.length === 0) return props.nothing;
  return (
    <>
      <ol onKeyDown={walk} aria-label="按对象合并的疑点">
        {groups.map(({ key, count, ruleCount, top }) => (
          <li key={key}>
            <FindingRow finding={top} />
            {count === 1 ? null : (
              <p className={styles['more']}>
                <Button size="small" type="link" onClick={() => props.onOpen(key)}>
                  同一对象共 {numberText(count)} 条，涉及 {numberText(ruleCount)} 条规则，全部展开
                </Button>
              </p>
            )}
          </li>
        ))}
      </ol>
      <MoreButton query={list} />
    </>
  );
}
