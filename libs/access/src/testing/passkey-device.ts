import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { PasskeyMade, PasskeyShown } from '../second-factor/passkey-answers.js';

/** Bits of what an authenticator says of itself. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const WITH_KEY = 0x40;

interface Shown {
  challenge: string;
  origin: string;
  rpId: string;
  /** Whether the person has shown the device who they are. */
  verified?: boolean;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** An authenticator in the program: what a key on a desk would answer, also what one must not answer. */
export class PasskeyDevice {
  readonly credentialId = randomBytes(16);
  private readonly keys: { publicKey: KeyObject; privateKey: KeyObject };
  /** How often it says to have signed; set it back and it is a copy. */
  counter = 0;
  backedUp = false;

  constructor() {
    this.keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  make(of: Shown): PasskeyMade {
    const idLength = Buffer.alloc(2);
    idLength.writeUInt16BE(this.credentialId.length);
    const data = Buffer.concat([this.head(of, WITH_KEY), Buffer.alloc(16), idLength, this.credentialId, this.coseKey()]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(data.length);
    // CBOR: { fmt: 'none', attStmt: {}, authData: data }
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      Buffer.from([0x59]),
      length,
      data,
    ]);
    return {
      ...this.credential(),
      response: {
        clientDataJSON: base64url(clientData('webauthn.create', of)),
        attestationObject: base64url(attestation),
        transports: ['internal'],
      },
    };
  }

  show(of: Shown): PasskeyShown {
    const data = this.head(of, 0);
    const client = clientData('webauthn.get', of);
    return {
      ...this.credential(),
      response: {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(sign('sha256', Buffer.concat([data, sha256(client)]), this.keys.privateKey)),
      },
    };
  }

  private credential() {
    const id = base64url(this.credentialId);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const;
  }

  private head({ rpId, verified = true }: Shown, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const backup = this.backedUp ? BACKUP_ELIGIBLE | BACKED_UP : 0;
    const flags = PRESENT | (verified ? VERIFIED : 0) | backup | more;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter]);
  }

  /** CBOR: { 1: 2, 3: -7, -1: 1, -2: x, -3: y } (ES256 on P-256). */
  private coseKey(): Buffer {
    const { x = '', y = '' } = this.keys.publicKey.export({ format: 'jwk' });
    const bytes = (value: string) => Buffer.concat([Buffer.from([0x58, 32]), Buffer.from(value, 'base64url')]);
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      bytes(x),
      Buffer.from([0x22]),
      bytes(y),
    ]);
  }
}

function clientData(type: string, { challenge, origin }: Shown): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

/** CBOR of a short text. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
}
