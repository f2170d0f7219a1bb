import { MIN_PASSWORD_CHARS } from '@tianyan/console-app/api';

/** What a new password must have, ticked off while it is typed. The server checks it again and has the last word. */
export interface PasswordCheck {
  label: string;
  met: (password: string, account: string) => boolean;
}

export const PASSWORD_CHECKS: readonly PasswordCheck[] = [
  {
    label: `至少 ${MIN_PASSWORD_CHARS} 个字符，不重复同几个字符`,
    met: (password) => password.length >= MIN_PASSWORD_CHARS && varied(password),
  },
  { label: '大写字母、小写字母、数字、符号中至少三种', met: (password) => kinds(password) >= 3 },
  {
    label: '不包含账号，不与当前密码相同',
    met: (password, account) => password !== '' && !password.toLowerCase().includes(account.toLowerCase()),
  },
];

function varied(password: string): boolean {
  return new Set(password).size >= MIN_PASSWORD_CHARS / 2;
}

function kinds(password: string): number {
  return [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
}
