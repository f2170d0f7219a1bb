import { ruleExportSchema } from '@tianyan/console-app/api';
import { callApi } from '../../../api/client.js';
import { saveFile } from '../../../api/save-file.js';

/** Saves the texts that stand as a file: of one rule, or of all. Throws ApiError. */
export async function exportRules(ruleId?: string): Promise<void> {
  const { yaml } = await callApi(ruleExportSchema, '/rules/export', { query: { id: ruleId } });
  saveFile(`${ruleId ?? 'rules'}.yaml`, new Blob([yaml], { type: 'application/yaml' }));
}
