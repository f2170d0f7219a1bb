import type { ReactNode } from 'react';
import { Brand } from '../../parts/brand.js';
import styles from './sign-in-frame.module.css';

/** Frame of the pages before the console: what the platform is on the left, the form on the right. */
export function SignInFrame({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <div className={styles['frame']}>
      <title>{`${title} · 天眼监督`}</title>
      <aside className={styles['intro']}>
        <Brand tone="dark" />
        <div className={styles['words']}>
          <p className={styles['motto']}>
            让分散的数据对上话，
            <br />
            把群众身边的小事看清楚
          </p>
          <ul className={styles['points']}>
            <li>12345 热线、农村三资、产权交易逐条比对</li>
            <li>每个疑点都附证据，数据更正后自动撤回</li>
            <li>模型只提出疑点，是否有问题由人核实</li>
          </ul>
        </div>
        <Rings />
        <p className={styles['secrecy']}>非涉密平台，严禁处理国家秘密</p>
      </aside>
      <main className={styles['side']}>
        <div className={styles['form']}>
          <div className={styles['mobileBrand']}>
            <Brand tone="light" />
          </div>
          <h1 className={styles['title']}>{title}</h1>
          <p className={styles['lead']}>{lead}</p>
          {children}
          <p className={styles['mobileSecrecy']}>非涉密平台，严禁处理国家秘密</p>
        </div>
      </main>
    </div>
  );
}

function Rings() {
  return (
    <svg aria-hidden="true" className={styles['rings']} viewBox="0 0 600 600" fill="none" stroke="#fff">
      {[90, 150, 210, 270].map((radius) => (
        <circle
          key={radius}
          cx="300"
          cy="300"
          r={radius}
          strokeOpacity={0.13}
          strokeDasharray={radius % 60 === 30 ? '2 7' : undefined}
        />
      ))}
      <path d="M300 300 494 116M300 300 128 394M300 300 388 544" strokeOpacity={0.16} />
      <circle cx="494" cy="116" r="6" fill="#5fb7c4" stroke="none" />
      <circle cx="128" cy="394" r="6" fill="#d9a550" stroke="none" />
      <circle cx="388" cy="544" r="6" fill="#a99be0" stroke="none" />
      <circle cx="300" cy="300" r="13" fill="#e0563f" stroke="none" />
    </svg>
  );
}
