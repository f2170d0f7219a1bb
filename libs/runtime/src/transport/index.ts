export * from './stream-context.js';
export * from './stream-controller.js';
export * from './stream-transport.js';
