import { useMutation } from '@tanstack/react-query';
import {
  begunSecondFactorSchema,
  MAX_PASSWORD_CHARS,
  recoveryCodesSchema,
  type BeginSecondFactorRequest,
  type BegunSecondFactor,
  type SecondFactorCodeRequest,
} from '@tianyan/console-app/api';
import { Alert, Button, Form, Input, Typography } from 'antd';
import QRCode from 'antd/es/qr-code';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import styles from './second-factor-setup.module.css';

/** A telephone reads it from the screen at an arm's length. */
const PICTURE_PX = 180;

interface Props {
  /** Whether the password is shown again first. */
  passwordNeeded: boolean;
  /** The recovery codes are on the screen, this once: nothing may take them away before {@link onDone}. */
  onConfirmed?: () => void;
  onDone: () => void;
}

/** Password, picture and first code, recovery codes: one after the other. */
export default function SecondFactorSetup({ passwordNeeded, onConfirmed, onDone }: Props) {
  const [begun, setBegun] = useState<BegunSecondFactor | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (!begun) return <Beginning passwordNeeded={passwordNeeded} onBegun={setBegun} />;
  return (
    <FirstCode
      begun={begun}
      onConfirmed={(recoveryCodes) => {
        onConfirmed?.();
        setCodes(recoveryCodes);
      }}
    />
  );
}

function Beginning({ passwordNeeded, onBegun }: { passwordNeeded: boolean; onBegun: (begun: BegunSecondFactor) => void }) {
  const begin = useMutation({
    mutationFn: (body: BeginSecondFactorRequest) =>
      callApi(begunSecondFactorSchema, '/session/second-factor', { method: 'POST', body }),
    onSuccess: onBegun,
  });
  return (
    <Form<BeginSecondFactorRequest> layout="vertical" requiredMark={false} onFinish={(values) => begin.mutate(values)}>
      <p className={styles['lead']}>
        启用后，登录时除了密码还要输入手机上显示的六位数字，别人知道了密码也登录不了。请先在手机上装好一个验证器（手机自带的密码管理、各种“身份验证器”都可以，不需要联网）。
      </p>
      {begin.isError ? <Failure error={begin.error} /> : null}
      {passwordNeeded ? (
        <Form.Item name="currentPassword" label="当前密码" rules={[{ required: true, message: '请填写当前密码' }]}>
          <Input.Password autoComplete="current-password" maxLength={MAX_PASSWORD_CHARS} />
        </Form.Item>
      ) : null}
      <Button type="primary" htmlType="submit" block loading={begin.isPending}>
        下一步
      </Button>
    </Form>
  );
}

function FirstCode({ begun, onConfirmed }: { begun: BegunSecondFactor; onConfirmed: (codes: readonly string[]) => void }) {
  const confirm = useMutation({
    mutationFn: (body: SecondFactorCodeRequest) =>
      callApi(recoveryCodesSchema, '/session/second-factor/confirm', { method: 'POST', body }),
    onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
  });
  return (
    <Form<SecondFactorCodeRequest> layout="vertical" requiredMark={false} onFinish={(values) => confirm.mutate(values)}>
      <p className={styles['lead']}>用验证器扫描二维码；扫不了的，选“手动输入”，填下面的密钥。</p>
      <div className={styles['picture']} role="img" aria-label="密钥的二维码">
        {/* The library's picture has a role and no name of its own. */}
        <div aria-hidden="true">
          <QRCode value={begun.uri} type="svg" size={PICTURE_PX} />
        </div>
      </div>
      <Typography.Paragraph copyable={{ text: begun.secret }} className={styles['secret'] ?? ''}>
        密钥：<code>{begun.secret}</code>
      </Typography.Paragraph>
      {confirm.isError ? <Failure error={confirm.error} /> : null}
      <Form.Item name="code" label="验证码" rules={[{ required: true, message: '请输入手机上显示的六位数字' }]}>
        <Input autoComplete="one-time-code" inputMode="numeric" autoFocus maxLength={7} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={confirm.isPending}>
        启用
      </Button>
    </Form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <>
      <Alert
        showIcon
        type="success"
        title="动态验证码已启用"
        description="下面是恢复码，只显示这一次。手机丢失或损坏时，输入一个恢复码代替验证码，每个只能用一次。请抄写或打印，锁在柜子里，不要存在手机里。"
      />
      <ul aria-label="恢复码" className={styles['codes']}>
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ul>
      <Typography.Paragraph copyable={{ text: codes.join('\n'), tooltips: ['复制全部', '已复制'] }}>
        复制全部恢复码
      </Typography.Paragraph>
      <Button type="primary" block onClick={onDone}>
        我已保存好
      </Button>
    </>
  );
}

function Failure({ error }: { error: Error }) {
  return <Alert role="alert" showIcon type="error" title={error.message} style={{ marginBottom: 16 }} />;
}
