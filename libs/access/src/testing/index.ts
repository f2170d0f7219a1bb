export * from './look-alikes.js';
export * from './personal-texts.js';
export * from './reaches.js';
