import { ruleExportSchema } from '@tianyan/console-app/api';
import { callApi } from '../../../api/client.js';

/** Saves the texts that stand as a file: of one rule, or of all. Throws ApiError. */
export async function exportRules(ruleId?: string): Promise<void> {
  const { yaml } = await callApi(ruleExportSchema, '/rules/export', { query: { id: ruleId } });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([yaml], { type: 'application/yaml' }));
  link.download = `${ruleId ?? 'rules'}.yaml`;
  link.click();
  URL.revokeObjectURL(link.href);
}
