import { Button } from 'antd';

/** Loads the next page of a list that is read by key; nothing after the last one. */
export function MoreButton({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}) {
  if (!query.hasNextPage) return null;
  return (
    <div style={{ display: 'grid', placeItems: 'center', padding: 16 }}>
      <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        再显示一些
      </Button>
    </div>
  );
}
