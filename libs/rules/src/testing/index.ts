export { alterRunningDistinct } from './altered-operator.js';
export { shippedText } from '../pack.js';
