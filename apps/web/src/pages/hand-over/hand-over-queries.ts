import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  handledWorkSchema,
  handOverAnswerSchema,
  holderListSchema,
  MAX_HANDED_AT_ONCE,
  type HandOverAnswer,
} from '@tianyan/console-app/api';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export const holdersQuery = queryOptions({
  queryKey: keys.handOvers,
  queryFn: ({ signal }) => callApi(holderListSchema, '/hand-overs', { signal }),
});

export const handledWorkQuery = (userId: string) =>
  queryOptions({
    queryKey: keys.handledWork(userId),
    queryFn: ({ signal }) => callApi(handledWorkSchema, `/hand-overs/${encodeURIComponent(userId)}`, { signal }),
  });

export type Item = Pick<HandOverAnswer['items'][number], 'kind' | 'id'>;
interface Asked {
  toId: string;
  reason: string;
  items: readonly Item[];
}

/** Gives items to somebody, some at a time; `done` of `of` says how far it is. What was refused is named with its reason. */
export function useHandOver(fromId: string) {
  const client = useQueryClient();
  const [progress, setProgress] = useState({ done: 0, of: 0 });
  const work = useMutation({
    mutationFn: async ({ toId, reason, items }: Asked) => {
      const outcomes: HandOverAnswer['items'] = [];
      setProgress({ done: 0, of: items.length });
      for (let at = 0; at < items.length; at += MAX_HANDED_AT_ONCE) {
        const part = items.slice(at, at + MAX_HANDED_AT_ONCE);
        const idsOf = (kind: Item['kind']) => part.filter((item) => item.kind === kind).map(({ id }) => id);
        const answer = await callApi(handOverAnswerSchema, `/hand-overs/${encodeURIComponent(fromId)}`, {
          method: 'POST',
          body: { toId, reason, clueIds: idsOf('clue'), letterIds: idsOf('letter'), circularIds: idsOf('circular') },
        });
        outcomes.push(...answer.items);
        setProgress({ done: outcomes.length, of: items.length });
      }
      return outcomes;
    },
    // Also where it broke off: what went before has gone.
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: keys.handOvers });
      await client.invalidateQueries({ queryKey: keys.clues });
      await client.invalidateQueries({ queryKey: keys.supervision });
    },
  });
  return { ...work, progress };
}
