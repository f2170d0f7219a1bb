import { QuestionCircleOutlined } from '@ant-design/icons';
import type { ComparedFigure, FigureValue, ScorecardFigure } from '@tianyan/console-app/api';
import { Button, Popover } from 'antd';
import { numberText } from '../../format/number.js';
import styles from './scorecards.module.css';
import { changeOf, partsText, valueText } from './figure-text.js';

const ARROWS = { up: '↑', down: '↓', same: '' } as const;

/** Which findings concern them could not be read, and a figure would tell of some. */
export const UNKNOWN_WHY = '保密工单太多，没能读全，这一次算不出不含它们的疑点数。请过几分钟再打开；总是这样的，请联系管理员。';

/** The newest of a series. */
export function currentOf(figure: ComparedFigure): FigureValue {
  return figure.values.at(-1) ?? { counted: 0, of: 0, value: null };
}

/** A figure's value; too few of what it is a share of are said so. */
export function Value({ definition, value }: { definition: ScorecardFigure; value: FigureValue }) {
  if (value.value !== null) return <span className={styles['value']}>{valueText(definition, value.value)}</span>;
  if (value.counted === null)
    return (
      <span className={styles['few']} title={UNKNOWN_WHY}>
        暂时算不出
      </span>
    );
  const few = value.of === 0 ? '没有记录' : `样本太少（${numberText(value.of ?? 0)}）`;
  return (
    <span
      className={styles['few']}
      title={value.of === 0 ? '' : `${partsText(definition, value)}，满 ${definition.minSample} 才算比率`}
    >
      {few}
    </span>
  );
}

/** An arrow against an earlier value, green or red where one way is better. Of a period that goes on, numbers still grow. */
export function ChangeMark(props: {
  definition: ScorecardFigure;
  value: FigureValue;
  /** Null: most of that time lies before the first records. */
  before: FigureValue | null;
  unfinished: boolean;
  /** 上期, 去年同期: of when it is. */
  when: string;
}) {
  const { definition, value, before, when } = props;
  if (before === null)
    return (
      <span className={styles['few']} title={`${when}大部分时间还没有这类记录，不能比`}>
        {when}无数据
      </span>
    );
  if (props.unfinished && definition.of === null) return <span className={styles['few']}>本期未完</span>;
  const change = changeOf(definition, value.value, before.value);
  if (change === null) return <span className={styles['few']}>无可比</span>;
  return (
    <span className={styles[change.tone]}>
      {change.direction === 'same' ? null : <span aria-hidden="true">{ARROWS[change.direction]} </span>}
      {change.text}
    </span>
  );
}

/** 怎么算的: what is counted, of what, and what is left out. */
export function HowReckoned({ definition, minPeers }: { definition: ScorecardFigure; minPeers: number }) {
  return (
    <Popover
      trigger={['hover', 'focus', 'click']}
      title={`${definition.label}怎么算的`}
      content={
        <dl className={styles['how']}>
          <dt>{definition.of === null ? '数什么' : '分子'}</dt>
          <dd>{definition.counted}</dd>
          {definition.of === null ? null : (
            <>
              <dt>分母</dt>
              <dd>{definition.of}</dd>
            </>
          )}
          <dt>不计</dt>
          <dd>{definition.leftOut}</dd>
          <dt>比较</dt>
          <dd>
            {definition.minSample > 1 ? `分母不满 ${definition.minSample} 不算比率；` : ''}同类里有数的其他对象满 {minPeers}{' '}
            个才给平均和名次。
          </dd>
        </dl>
      }
    >
      <Button
        type="text"
        size="small"
        className={styles['ask'] ?? ''}
        aria-label={`${definition.label}怎么算的`}
        icon={<QuestionCircleOutlined />}
      />
    </Popover>
  );
}

const SPARK_WIDTH = 96;
const SPARK_HEIGHT = 26;
const SPARK_EDGE = 3;

/** The course of a figure, small; the newest point is marked. Gaps where too few were known. */
export function Sparkline({ values, label }: { values: readonly FigureValue[]; label: string }) {
  const known = values.flatMap(({ value }) => (value === null ? [] : [value]));
  if (known.length < 2) return <span className={styles['few']}>—</span>;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (index: number) => SPARK_EDGE + (index / (values.length - 1)) * (SPARK_WIDTH - 2 * SPARK_EDGE);
  // What never moves is drawn in the middle.
  const share = (value: number) => (high === low ? 1 / 2 : (value - low) / (high - low));
  const y = (value: number) => SPARK_HEIGHT - SPARK_EDGE - share(value) * (SPARK_HEIGHT - 2 * SPARK_EDGE);
  const points = values.map(({ value }, index) => (value === null ? null : { x: x(index), y: y(value) }));
  const path = points
    .map((point, index) => (point === null ? '' : `${points[index - 1] ? 'L' : 'M'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`))
    .join('');
  const last = points.at(-1);
  return (
    <svg className={styles['spark']} width={SPARK_WIDTH} height={SPARK_HEIGHT} role="img" aria-label={label}>
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.5" />
      {last ? <circle cx={last.x} cy={last.y} r="2.5" fill="currentColor" /> : null}
    </svg>
  );
}
