export * from './notifier.module.js';
