import styles from './brand.module.css';

export function Brand({ tone }: { tone: 'dark' | 'light' }) {
  return (
    <span className={`${styles['brand']} ${styles[tone]}`}>
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" fill="none">
        <path
          d="M2.5 16C6 9.6 10.6 6.5 16 6.5S26 9.6 29.5 16C26 22.4 21.4 25.5 16 25.5S6 22.4 2.5 16Z"
          stroke="currentColor"
          strokeWidth="2.2"
          strokeLinejoin="round"
        />
        <circle cx="16" cy="16" r="4.6" fill="#e0563f" />
      </svg>
      <span className={styles['name']}>
        天眼监督
        <small>大数据监督平台</small>
      </span>
    </span>
  );
}
