export { RuleForm, type RuleFormProps } from './rule-form.js';
