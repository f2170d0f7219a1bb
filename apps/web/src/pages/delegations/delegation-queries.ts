import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { delegationListSchema, delegationSchema } from '@tianyan/console-app/api';
import { App } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export const delegationsQuery = queryOptions({
  queryKey: keys.delegations,
  queryFn: ({ signal }) => callApi(delegationListSchema, '/delegations', { signal }),
});

/** What is asked of one delegation, or that there be one; clues are read again, for what may be done about them is another. */
export function useDelegationChange(path: string, done: string, onDone: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: object) => callApi(delegationSchema, `/delegations${path}`, { method: 'POST', body }),
    onSuccess: async () => {
      void message.success(done);
      onDone();
      await client.invalidateQueries({ queryKey: keys.delegations });
      await client.invalidateQueries({ queryKey: keys.clues });
    },
  });
}
