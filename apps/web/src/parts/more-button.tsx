import { Alert, Button } from 'antd';
import { errorWords } from './error-words.js';

interface NextPages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  /** The last page that was asked for did not come; what was read before stays. */
  isFetchNextPageError: boolean;
  error: Error | null;
  fetchNextPage: () => Promise<unknown>;
}

/** Loads the next page of a list that is read by key; nothing after the last one. One that did not come is said so where it was asked for. */
export function MoreButton({ query }: { query: NextPages }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error } = query;
  if (!hasNextPage) return null;
  const next = () => void query.fetchNextPage();
  const failed = isFetchNextPageError && !isFetchingNextPage;
  return (
    <div style={{ display: 'grid', placeItems: 'center', gap: 8, padding: 16 }}>
      {failed ? (
        <Alert role="alert" type="error" showIcon title={`后面的没有读到，上面的不受影响。${errorWords(error)}`} />
      ) : null}
      <Button loading={isFetchingNextPage} onClick={next}>
        {failed ? '再试一次' : '再显示一些'}
      </Button>
    </div>
  );
}
