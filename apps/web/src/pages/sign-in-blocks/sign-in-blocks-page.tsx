import { useQuery } from '@tanstack/react-query';
import { signInBlockListSchema, type SignInBlockList } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import styles from './sign-in-blocks-page.module.css';
import { UnlockButton } from './unlock-button.js';

/** Delays end by themselves, the shortest within half a minute; nothing announces it. */
const ASK_AGAIN_MS = 5_000;

type Block = SignInBlockList['items'][number];

/** Who has to wait before the next attempt to sign in, and the way to end it. */
export default function SignInBlocksPage() {
  const query = useQuery({
    queryKey: keys.signInBlocks,
    queryFn: ({ signal }) => callApi(signInBlockListSchema, '/sign-in-blocks', { signal }),
    refetchInterval: ASK_AGAIN_MS,
  });
  const isStale = query.isError && query.data !== undefined;
  return (
    <>
      <PageHeading
        title="登录等待"
        lead="密码输错多次后要等一段时间才能再试，到时间自动恢复。确认是本人记错了密码的，可以提前解除。"
      />
      {isStale ? (
        <Alert
          role="alert"
          showIcon
          type="error"
          className={styles['stale'] ?? ''}
          title={`下面的名单可能不是最新的：${query.error.message}`}
        />
      ) : null}
      <Panel flush title="正在等待的" note="每 5 秒自动更新">
        <Loaded query={query} skeleton={<ListSkeleton rows={4} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyPanel title="没有人需要等待" hint="密码输错过多的账号、地址出现时，会列在这里。" />
            ) : (
              <RecordTable caption="登录等待" columns={COLUMNS} rows={items} keyOf={keyOf} />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

/** What it means for whoever sits there; the three kinds are not the same trouble. */
const MEANINGS: Readonly<Record<Block['kind'], string>> = {
  pair: '只在这个地址要等，别的地址不受影响',
  address: '在这个地址登录的人都要等',
  account: '本人常用的地址不受影响',
};

const COLUMNS: readonly Column<Block>[] = [
  { title: '账号', cell: (block) => <Name text={block.account} none="所有账号" />, width: '16%' },
  { title: '地址', cell: (block) => <Name text={block.address} none="从未登录过的地址" />, width: '18%' },
  { title: '输错', numeric: true, cell: (block) => `${numberText(block.failures)} 次`, width: '84px' },
  { title: '等到', cell: (block) => <MachineTime atMs={block.untilMs} seconds />, width: '190px' },
  { title: '说明', cell: (block) => MEANINGS[block.kind] },
  { title: '操作', cell: (block) => <UnlockButton block={block} />, width: '90px' },
];

function Name({ text, none }: { text: string; none: string }) {
  return text === '' ? <span className={styles['none']}>{none}</span> : <span className="mono wrap-anywhere">{text}</span>;
}

function keyOf(block: Block): string {
  return JSON.stringify([block.kind, block.account, block.address]);
}
