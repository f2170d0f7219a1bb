export * from './evaluation.js';
export * from './language/index.js';
export * from './compile/index.js';
export * from './pack.js';
export { explain, type Names } from './explain/explain.js';
export { describeRule } from './explain/describe.js';
