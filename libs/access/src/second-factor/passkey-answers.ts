import { z } from 'zod';

/** Base64url of what an authenticator says; a key of RSA with its attestation has some kilobytes. */
const encoded = z
  .string()
  .regex(/^[\w-]+={0,2}$/)
  .max(16_000);
/** Names of ways to reach an authenticator, such as `usb`. */
const transports = z.array(z.string().max(20)).max(10).default([]);

const credentialShape = {
  id: encoded,
  rawId: encoded,
  type: z.literal('public-key'),
  // What extensions say is not asked for.
  clientExtensionResults: z.object({}),
};

/** What a browser answers when a passkey is made; what is not needed is left out. */
export const passkeyMadeSchema = z.object({
  ...credentialShape,
  response: z.object({ clientDataJSON: encoded, attestationObject: encoded, transports }),
});
export type PasskeyMade = z.output<typeof passkeyMadeSchema>;

/** What a browser answers when a passkey is shown. */
export const passkeyShownSchema = z.object({
  ...credentialShape,
  response: z.object({ clientDataJSON: encoded, authenticatorData: encoded, signature: encoded }),
});
export type PasskeyShown = z.output<typeof passkeyShownSchema>;
