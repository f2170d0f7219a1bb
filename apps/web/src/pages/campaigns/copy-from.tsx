import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CampaignDetail } from '@tianyan/console-app/api';
import { Alert, Select } from 'antd';
import { campaignListQuery, campaignQuery } from './campaign-queries.js';

/** Takes checklist and questions of a campaign that there was: a county keeps its list by using it again. */
export function CopyFrom({ onCopy }: { onCopy: (campaign: CampaignDetail) => void }) {
  const client = useQueryClient();
  const { data } = useInfiniteQuery(campaignListQuery({}));
  const copy = useMutation({ mutationFn: (id: string) => client.fetchQuery(campaignQuery(id)), onSuccess: onCopy });
  const before = data?.pages.flatMap(({ items }) => items) ?? [];
  if (before.length === 0) return null;
  return (
    <div style={{ marginBottom: 16 }}>
      <Select
        aria-label="照抄以前的专项"
        placeholder="照抄以前的专项的问题种类和问卷"
        style={{ width: '100%', maxWidth: 420 }}
        loading={copy.isPending}
        onChange={(id: string) => copy.mutate(id)}
        options={before.map(({ id, name, beginsOn }) => ({ value: id, label: `${name}（${beginsOn}）` }))}
      />
      {copy.isError ? <Alert role="alert" type="error" showIcon title={copy.error.message} /> : null}
    </div>
  );
}
