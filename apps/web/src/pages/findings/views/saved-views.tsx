import { DeleteOutlined } from '@ant-design/icons';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MAX_VIEW_NAME_CHARS, savedViewListSchema } from '@tianyan/console-app/api';
import { Alert, Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { callApi, type ApiRequest } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import styles from './saved-views.module.css';

const viewsQuery = queryOptions({
  queryKey: keys.savedViews,
  queryFn: ({ signal }) => callApi(savedViewListSchema, '/views', { signal }),
});

/** Filters that one keeps under a name, and goes back to. */
export function SavedViews() {
  return (
    <Popover trigger="click" placement="bottomRight" title="我的筛选" content={<Views />} destroyOnHidden>
      <Button size="small" type="link">
        我的筛选
      </Button>
    </Popover>
  );
}

function Views() {
  const [search, setSearch] = useSearchParams();
  const [name, setName] = useState('');
  const client = useQueryClient();
  const { data } = useQuery(viewsQuery);
  const change = useMutation({
    mutationFn: ({ path, request }: { path: string; request: ApiRequest }) => callApi(savedViewListSchema, path, request),
    onSuccess: (views) => {
      client.setQueryData(keys.savedViews, views);
      setName('');
    },
  });
  const save = () => change.mutate({ path: '/views', request: { method: 'POST', body: { name, query: search.toString() } } });
  const remove = (id: string) => change.mutate({ path: `/views/${encodeURIComponent(id)}`, request: { method: 'DELETE' } });
  return (
    <div className={styles['views']}>
      {change.isError ? <Alert role="alert" type="error" showIcon title={change.error.message} /> : null}
      {data?.items.length === 0 ? <p className={styles['soft']}>还没有。设好条件，起个名字保存，以后一点就到。</p> : null}
      <ul aria-label="我的筛选">
        {(data?.items ?? []).map((view) => (
          <li key={view.id} className={styles['view']}>
            <Button type="link" size="small" onClick={() => setSearch(view.query)}>
              {view.name}
            </Button>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined aria-hidden="true" />}
              aria-label={`删去“${view.name}”`}
              onClick={() => remove(view.id)}
            />
          </li>
        ))}
      </ul>
      <div className={styles['save']}>
        <Input
          size="small"
          aria-label="名称"
          placeholder="给现在的筛选起个名字"
          maxLength={MAX_VIEW_NAME_CHARS}
          value={name}
          onChange={({ target }) => setName(target.value)}
          onPressEnter={() => {
            if (name.trim() !== '') save();
          }}
        />
        <Button size="small" type="primary" disabled={name.trim() === ''} loading={change.isPending} onClick={save}>
          保存
        </Button>
      </div>
    </div>
  );
}
