export * from './evaluation.js';
export * from './language/index.js';
export * from './compile/index.js';
export * from './pack.js';
