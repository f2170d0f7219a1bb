export * from './console.module.js';
export * from './http/prepare-app.js';
export type { SweepControl } from './tokens.js';
export { ensureDemoTeams } from './session/demo-teams.js';
export { ensureFirstPasswords } from './session/first-passwords.js';
