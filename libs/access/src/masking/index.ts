export { coversOf, COVERED, coverText, isProtected, isProtectedValue, maskValue } from './mask-field.js';
export { maskReason } from './mask-reason.js';
export { coversOfRow, maskRow, UNKNOWN_COLUMN } from './mask-row.js';
export { maskName, maskText, type Cover, type MaskOptions } from './mask-text.js';
