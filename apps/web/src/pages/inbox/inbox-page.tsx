import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { inboxSchema, markReadResultSchema, type Action, type InboxItem, type MarkReadRequest } from '@tianyan/console-app/api';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useSession } from '../../app/session.js';
import { MachineTime } from '../../parts/machine-time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { SeverityMark } from '../../parts/marks.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { EntryAcknowledgement } from './entry-acknowledgement.js';
import styles from './inbox-page.module.css';

/** What each hears of, by what they may do. */
const LEADS = {
  'answer-for-unit': '收到督办函、通报，答复被退回，以及期限临近和超期时，在这里通知您。点开就到要办的事项。',
  'read-findings':
    '预警：发给您所在监督组的疑点，以及后来被撤回的疑点。成批载入的历史和 30 天以前的疑点合为一条汇总。组里有一个人签收就行。',
  'read-clues': '交给您的线索、督办函和通报有了新情况，也在这里通知。',
  'receive-platform-notices': '数据源中断和恢复时，也在这里通知管理员。',
} as const satisfies Readonly<Partial<Record<Action, string>>>;
const NO_LEAD = '需要您知道的事，在这里通知。';

function leadFor(may: readonly Action[]): string {
  const heard = Object.entries(LEADS).flatMap(([action, lead]) => (may.some((one) => one === action) ? [lead] : []));
  return heard.length === 0 ? NO_LEAD : heard.join('');
}

/** What the signed-in person was told, as a member of teams or for running the platform. */
export default function InboxPage() {
  const { may } = useSession();
  const [unreadOnly, setUnreadOnly] = useState(false);
  const inbox = useInfiniteQuery({
    queryKey: keys.inboxList(unreadOnly),
    queryFn: ({ pageParam, signal }) =>
      callApi(inboxSchema, '/inbox', {
        query: { ...(unreadOnly ? { unread: 'true' } : {}), ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
  });
  const markRead = useMarkRead();
  const items = inbox.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = inbox.data?.pages[0]?.unreadCount ?? 0;
  return (
    <>
      <PageHeading
        title="通知"
        lead={leadFor(may)}
        extra={
          <Button disabled={unread === 0} loading={markRead.isPending} onClick={() => markRead.mutate({})}>
            全部标为已读
          </Button>
        }
      />
      <Panel
        title={unread > 0 ? `${unread} 条未读` : '没有未读'}
        flush
        extra={
          <Segmented<boolean>
            size="small"
            aria-label="显示范围"
            value={unreadOnly}
            onChange={setUnreadOnly}
            options={[
              { value: false, label: '全部' },
              { value: true, label: '只看未读' },
            ]}
          />
        }
      >
        {inbox.isPending ? <ListSkeleton rows={5} /> : null}
        {inbox.isError && items.length === 0 ? <ErrorPanel error={inbox.error} onRetry={() => void inbox.refetch()} /> : null}
        {inbox.isSuccess && items.length === 0 ? (
          <EmptyPanel title={unreadOnly ? '都看过了' : '还没有通知'} hint="有需要您知道的事时，会发到这里。" />
        ) : null}
        <ol>
          {items.map((item) => (
            <li key={item.id}>
              <NoticeLink item={item} onOpen={() => (item.readAtMs === null ? markRead.mutate({ ids: [item.id] }) : undefined)} />
              {item.acknowledgement === null ? null : <EntryAcknowledgement id={item.id} of={item.acknowledgement} />}
            </li>
          ))}
        </ol>
        <MoreButton query={inbox} />
      </Panel>
    </>
  );
}

function useMarkRead() {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: MarkReadRequest) => callApi(markReadResultSchema, '/inbox/read', { method: 'POST', body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.inbox });
      await client.invalidateQueries({ queryKey: keys.overview });
    },
    onError: (error) => void message.error(error.message),
  });
}

/** A notice without a team went to one person, or to those who run the platform. */
function toldTo({ teamName, subject }: InboxItem): string {
  if (teamName !== null) return teamName;
  return OF_PLATFORM.has(subject.kind) ? '平台管理员' : '发给您本人';
}
const OF_PLATFORM: ReadonlySet<InboxItem['subject']['kind']> = new Set(['source', 'rule', 'channel']);

/** Nothing is to be done about them any more. */
const OVER: ReadonlySet<InboxItem['kind']> = new Set([
  'withdrawn',
  'moved',
  'summary-withdrawn',
  'summary-moved',
  'source-working',
  'platform-working',
]);

function NoticeLink({ item, onOpen }: { item: InboxItem; onOpen: () => void }) {
  const isUnread = item.readAtMs === null;
  return (
    <Link to={item.path} onClick={onOpen} className={`${styles['notice']} ${isUnread ? styles['unread'] : ''}`}>
      <span className={styles['dot']}>{isUnread ? <span className="sr-only">未读</span> : null}</span>
      <span className={styles['body']}>
        <span className={styles['top']}>
          <b>{item.title}</b>
          <span className={OVER.has(item.kind) ? styles['withdrawn'] : styles['kind']}>{item.kindLabel}</span>
          <SeverityMark severity={item.severity} />
        </span>
        <span className={styles['text']}>{item.text}</span>
        <span className={styles['meta']}>
          {toldTo(item)} · <MachineTime atMs={item.deliveredAtMs} /> 送达
        </span>
      </span>
    </Link>
  );
}
