export * from './look-alikes.js';
export * from './passkey-device.js';
export * from './personal-texts.js';
export * from './reaches.js';
export * from './totp-code.js';
