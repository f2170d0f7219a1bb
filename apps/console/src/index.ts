export * from './console.module.js';
export * from './http/prepare-app.js';
export * from './ports.js';
export { ensureDemoTeams } from './session/demo-teams.js';
export { ensureFirstPasswords } from './session/first-passwords.js';
