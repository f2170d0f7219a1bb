import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  draftDetailSchema,
  publishedRuleAnswerSchema,
  type DraftDetail,
  type PublishDraftRequest,
} from '@tianyan/console-app/api';
import { App } from 'antd';
import { useNavigate } from 'react-router';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { samePageAs } from '../../../app/page-key.js';
import { NEW_DRAFT, NEW_DRAFT_PATH, UNSAVED } from './new-draft.js';

const pathOf = (id: string) => `/rules/drafts/${encodeURIComponent(id)}`;

export function useDraftQuery(id: string) {
  const isKept = id !== NEW_DRAFT;
  return useQuery({
    queryKey: keys.ruleDraft(id),
    queryFn: ({ signal }) => callApi(draftDetailSchema, pathOf(id), { signal }),
    enabled: isKept,
    ...(isKept ? {} : { initialData: UNSAVED }),
  });
}

/** Saves a draft for the first time. */
export function useCreateDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { yaml: string; basedOn: string | null }) =>
      callApi(draftDetailSchema, '/rules/drafts', { method: 'POST', body }),
    onSuccess: (draft) => {
      client.setQueryData(keys.ruleDraft(draft.id), draft);
      void client.invalidateQueries({ queryKey: keys.ruleDrafts, exact: true });
    },
  });
}

/** Goes on in the same page under the address that a draft has once it is saved. */
export function useGoOnAs() {
  const navigate = useNavigate();
  return ({ id }: DraftDetail) =>
    void navigate(`/rules/drafts/${encodeURIComponent(id)}`, { replace: true, state: samePageAs(NEW_DRAFT_PATH) });
}

/** One step of a draft; its answer is the draft afterwards. `name`: the route, empty: the text is saved. */
export function useDraftStep(id: string, name: '' | 'trial' | 'submit' | 'review' | 'discard') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: object) =>
      callApi(draftDetailSchema, name === '' ? pathOf(id) : `${pathOf(id)}/${name}`, {
        method: name === '' ? 'PUT' : 'POST',
        body,
      }),
    onSuccess: (draft) => {
      client.setQueryData(keys.ruleDraft(id), draft);
      // Not awaited: the step is done, and the next one need not wait for the list.
      void client.invalidateQueries({ queryKey: keys.ruleDrafts, exact: true });
    },
    // Somebody else may have been faster: their step is shown.
    onError: () => client.invalidateQueries({ queryKey: keys.ruleDraft(id) }),
  });
}

/** Publishes the approved text and opens the page of the rule. */
export function usePublishDraft(id: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: PublishDraftRequest) =>
      callApi(publishedRuleAnswerSchema, `${pathOf(id)}/publish`, { method: 'POST', body }),
    onSuccess: async ({ id: ruleId, title, version }, { as }) => {
      const how = as === 'live' ? '已发布' : '已开始影子运行';
      void message.success(`${how}：“${title}”第 ${version} 版，正在用它研判全部已有数据`);
      await client.invalidateQueries({ queryKey: keys.rules });
      await client.invalidateQueries({ queryKey: keys.ruleDrafts });
      void navigate(`/rules/${encodeURIComponent(ruleId)}`);
    },
  });
}
