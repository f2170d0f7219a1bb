export { RECOVERY_CODES } from './codes.js';
export * from './passkey-answers.js';
export * from './passkeys.js';
export * from './seal.js';
export * from './second-factors.js';
export * from './sign-in-steps.js';
