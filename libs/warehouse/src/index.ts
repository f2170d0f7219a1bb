export * from './names.js';
export * from './port.js';
