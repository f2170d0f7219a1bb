import { queryOptions, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import {
  pathOfRelated,
  relatedKindSchema,
  relationsSchema,
  type RelatedKind,
  type Relation,
  type Relations,
} from '@tianyan/console-app/api';
import { Alert, Button, Skeleton } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { chinaDay } from '../../format/time.js';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { NotFoundPage } from '../not-found-page.js';
import { isOpenable, MAX_DEPTH, netOf } from './relation-net.js';
import styles from './relations-page.module.css';

/** Draws graphs alone: it comes when the first is shown. */
const RelationCanvas = lazy(() => import('./relation-canvas.js'));

const LEAD = `记录里同时提到的编号连成线：每条线都列出是哪些记录说的。点开一个编号，看它的记录又提到什么，最多 ${MAX_DEPTH} 层。企业按统一社会信用代码相连；人和没有代码的企业遮蔽，重名的不算同一个，所以不相连。`;

interface Node {
  kind: RelatedKind;
  code: string;
  /** Steps from the first. */
  depth: number;
}

const relationsQuery = ({ kind, code }: Pick<Node, 'kind' | 'code'>) =>
  queryOptions({
    queryKey: keys.relations(kind, code),
    queryFn: ({ signal }) => callApi(relationsSchema, `/relations/${kind}/${encodeURIComponent(code)}`, { signal }),
    // Each reading is on record: what is on the screen is not read again.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the records about a thing or a place name beside it, as a picture and as a list. */
export default function RelationsPage() {
  const { kind, code = '' } = useParams();
  const known = relatedKindSchema.safeParse(kind);
  return known.success ? <Page key={`${known.data} ${code}`} kind={known.data} code={code} /> : <NotFoundPage />;
}

function Page({ kind, code }: Pick<Node, 'kind' | 'code'>) {
  const query = useQuery(relationsQuery({ kind, code }));
  return <Loaded query={query}>{(first) => <Content first={first} />}</Loaded>;
}

function combined(queries: readonly UseQueryResult<Relations>[]) {
  return { answers: queries.flatMap(({ data }) => data ?? []), failed: queries.find(({ isError }) => isError) };
}

function Content({ first }: { first: Relations }) {
  const [more, setMore] = useState<readonly Node[]>([]);
  const { answers, failed } = useQueries({ queries: more.map(relationsQuery), combine: combined });
  const opened = useMemo(() => [first, ...answers], [first, answers]);
  // Drawn anew when another node has been opened, and not while one is read.
  const net = useMemo(() => netOf(opened), [opened]);
  const depthOf = new Map(net.nodes.map(({ id, depth }) => [id, depth]));
  const open = ({ id, kind, code }: Pick<Relation, 'id' | 'kind' | 'code'>) => {
    const known = relatedKindSchema.safeParse(kind);
    const depth = depthOf.get(id) ?? MAX_DEPTH;
    if (
      !known.success ||
      code === null ||
      !isOpenable({ code }, depth) ||
      more.some((node) => node.kind === kind && node.code === code)
    )
      return;
    setMore([...more, { kind: known.data, code, depth }]);
  };
  const named = new Map(net.edges.map(({ to, relation }) => [to, relation]));
  const { kind, kindLabel, code, name } = first;
  return (
    <article>
      <PageHeading
        title={`${name === code ? `${kindLabel} ${code}` : name}的关系图`}
        lead={LEAD}
        extra={<Link to={pathOfRelated(kind, code)}>返回时间轴</Link>}
      />
      {failed?.error ? <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} /> : null}
      <div className={styles['columns']}>
        <Panel title="图" note={`${net.nodes.length} 个对象，${net.edges.length} 条关系；可拖动、缩放`} flush>
          <figure role="img" aria-label={`关系图，${net.nodes.length} 个对象；内容与旁边的清单相同`} className={styles['canvas']}>
            <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: '100%' }} />}>
              <RelationCanvas
                net={net}
                onPick={(id) => {
                  const relation = named.get(id);
                  if (relation) open(relation);
                }}
              />
            </Suspense>
          </figure>
        </Panel>
        <div className={styles['lists']}>
          {opened.map((one) => (
            <RelationList
              key={one.id}
              of={one}
              isOpen={({ id }) => opened.some((other) => other.id === id)}
              mayOpen={(relation) => isOpenable(relation, depthOf.get(relation.id) ?? MAX_DEPTH)}
              onOpen={open}
            />
          ))}
        </div>
      </div>
    </article>
  );
}

function RelationList(props: {
  of: Relations;
  isOpen: (relation: Relation) => boolean;
  mayOpen: (relation: Relation) => boolean;
  onOpen: (relation: Relation) => void;
}) {
  const { kindLabel, code, name, relations, truncated } = props.of;
  return (
    <Panel title={name === code ? `${kindLabel} ${code}` : name} note={`${relations.length} 条关系`}>
      {truncated ? <Alert type="info" showIcon title="关系很多，这里只显示最近的一部分。" style={{ marginBottom: 10 }} /> : null}
      {relations.length === 0 ? <EmptyPanel title="记录里没有提到别的" /> : null}
      <ul className={styles['relations']}>
        {relations.map((relation) => (
          <li key={relation.id}>
            <p className={styles['head']}>
              <span className={styles['kind']}>{relation.parts.join('、')}</span>
              <Name relation={relation} />
              {props.mayOpen(relation) && !props.isOpen(relation) ? (
                <Button size="small" type="link" onClick={() => props.onOpen(relation)} aria-label={`展开 ${relation.name}`}>
                  展开
                </Button>
              ) : null}
            </p>
            <p className={styles['evidence']}>
              {relation.evidence
                .map(
                  ({ systemLabel, typeLabel, count, newestAtMs }) =>
                    `${systemLabel} · ${typeLabel} ${numberText(count)} 条，最近 ${chinaDay(newestAtMs)}`,
                )
                .join('；')}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Name({ relation: { kind, code, name } }: { relation: Relation }) {
  const known = relatedKindSchema.safeParse(kind);
  if (!known.success || code === null) return <span>{name}</span>;
  return <Link to={pathOfRelated(known.data, code)}>{name}</Link>;
}
