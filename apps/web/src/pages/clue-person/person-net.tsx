import {
  pathOfRelated,
  PERSON_NET_LABELS,
  relatedKindSchema,
  type PersonNet,
  type PersonNetNode,
} from '@tianyan/console-app/api';
import { Alert, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { Link, useNavigate } from 'react-router';
import { Panel } from '../../parts/panel.js';
import styles from './clue-person-page.module.css';

/** Draws graphs alone: it comes when the first is shown. */
const RelationCanvas = lazy(() => import('../relations/relation-canvas.js'));

/** The person, the clues, and what these are about: a picture, and a list that says the same. */
export function PersonNetPanel({ net }: { net: PersonNet }) {
  const navigate = useNavigate();
  const others = net.nodes.filter(({ depth }) => depth > 0);
  const pick = (id: string) => {
    const path = pathOf(net.nodes.find((node) => node.id === id));
    if (path !== null) void navigate(path);
  };
  return (
    <Panel title="关系图" note={`${net.nodes.length} 个对象；点开一个看它的页面，可拖动、缩放`}>
      {net.truncated ? <Alert type="info" showIcon title="关系很多，这里只画出近的一部分。" /> : null}
      <figure role="img" aria-label={`关系图，${net.nodes.length} 个对象；内容与下面的清单相同`} className={styles['canvas']}>
        <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: '100%' }} />}>
          <RelationCanvas net={net} onPick={pick} />
        </Suspense>
      </figure>
      <ul className={styles['links']} aria-label="关系清单">
        {others.map((node) => (
          <li key={node.id}>
            <span className={styles['kind']}>{PERSON_NET_LABELS[node.kind]}</span>
            <NodeName node={node} />
            {node.depth > 1 ? <span className={styles['kind']}>见于 {parentsOf(net, node.id)}</span> : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NodeName({ node }: { node: PersonNetNode }) {
  const path = pathOf(node);
  return path === null ? <span>{node.name}</span> : <Link to={path}>{node.name}</Link>;
}

function parentsOf({ nodes, edges }: PersonNet, id: string): string {
  const names = edges.flatMap(({ from, to }) => (to === id ? (nodes.find((node) => node.id === from)?.name ?? []) : []));
  return [...new Set(names)].join('、');
}

function pathOf(node: PersonNetNode | undefined): string | null {
  if (!node || node.code === null) return null;
  if (node.kind === 'clue') return `/clues/${encodeURIComponent(node.code)}`;
  if (node.kind === 'finding') return `/findings/${encodeURIComponent(node.code)}`;
  const known = relatedKindSchema.safeParse(node.kind);
  return known.success ? pathOfRelated(known.data, node.code) : null;
}
