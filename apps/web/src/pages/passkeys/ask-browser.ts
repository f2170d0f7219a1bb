import { startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser';
import { doneSchema, passkeyOptionsSchema, sessionSchema, type Session } from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';

type MakeOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** Makes one on a device, and has it kept under a name. Throws Error with words for the person. */
export async function makePasskey({ name, code }: { name: string; code: string }): Promise<void> {
  const options = await callApi(passkeyOptionsSchema, '/session/passkeys/options', { method: 'POST', body: { code } });
  // The server makes it in the browser's own format.
  const made = await asked(() => startRegistration({ optionsJSON: options as unknown as MakeOptions }));
  await callApi(doneSchema, '/session/passkeys', { method: 'POST', body: { name, made } });
}

/** Shows one in the place of a code. Throws as {@link makePasskey}. */
export async function showPasskey(): Promise<Session> {
  const options = await callApi(passkeyOptionsSchema, '/session/code/passkey/options', { method: 'POST', body: {} });
  const shown = await asked(() => startAuthentication({ optionsJSON: options }));
  return callApi(sessionSchema, '/session/code/passkey', { method: 'POST', body: { shown } });
}

/** What browsers say of it is English, and often that something was not allowed. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')
      throw new Error('这个设备或密钥已经登记过，请换一个', { cause: error });
    if (error instanceof Error && error.name === 'SecurityError')
      throw new Error('这个地址不能使用通行密钥，请从平台的正式地址打开', { cause: error });
    throw new Error('没有完成：已取消、等待过久，或这个设备没有可用的通行密钥；请重试，或使用验证码', { cause: error });
  }
}
