import { ruleVersionListSchema } from '@tianyan/console-app/api';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** All texts of a rule that ever stood; asked for anew when another version is published. */
export function ruleVersionsQuery(ruleId: string, version: number) {
  return queryOptions({
    queryKey: [...keys.rule(ruleId), 'versions', version],
    queryFn: ({ signal }) => callApi(ruleVersionListSchema, `/rules/${encodeURIComponent(ruleId)}/versions`, { signal }),
  });
}
