import { queryOptions } from '@tanstack/react-query';
import { MIN_SEARCH_CHARS, searchAnswerSchema, type SearchKind } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: keys.search(text),
    queryFn: ({ signal }) => callApi(searchAnswerSchema, '/search', { method: 'POST', body: { text }, signal }),
    enabled: text.length >= MIN_SEARCH_CHARS,
  });

/** The page of what was found. */
export function hitPath(kind: SearchKind, code: string): string {
  const name = encodeURIComponent(code);
  switch (kind) {
    case 'finding':
      return `/findings/${name}`;
    case 'clue':
      return `/clues/${name}`;
    case 'unit':
    case 'township':
    case 'village':
      return `/places/${kind}/${name}`;
    default:
      return `/timelines/${kind}/${name}`;
  }
}
