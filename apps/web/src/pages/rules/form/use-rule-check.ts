import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { checkedRuleSchema, type CheckedRule } from '@tianyan/console-app/api';
import { useEffect, useState } from 'react';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';

/** Asked when the author has stopped typing for so long. */
const PAUSE_MS = 400;

/** What the server says of a text. Throws ApiError. */
export type CheckRule = (yaml: string, signal: AbortSignal) => Promise<CheckedRule>;

export const checkByServer: CheckRule = (yaml, signal) =>
  callApi(checkedRuleSchema, '/rules/check', { method: 'POST', body: { yaml }, signal });

/** What is wrong with the text and what it says; of an earlier text while the newer one is being read. */
export function useRuleCheck(text: string, check: CheckRule) {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: keys.ruleCheck(asked),
    queryFn: ({ signal }) => check(asked, signal),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { checked: query.data, error: query.error, isCurrent: asked === text && !query.isPlaceholderData && query.isSuccess };
}
