import { fileURLToPath } from 'node:url';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseRule } from '../pack.js';

/** A text to begin a rule with. */
export interface RuleTemplate {
  /** What it finds, in a few words: the name of its file without the number that orders it. */
  name: string;
  description: string;
  yaml: string;
}

/** Directory of the templates, beside `src` and `dist`. */
const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

let templates: readonly RuleTemplate[] | null = null;

/** The templates that the form offers, each a whole rule whose examples pass. */
export function ruleTemplates(): readonly RuleTemplate[] {
  templates ??= readdirSync(TEMPLATES)
    .sort()
    .map((file) => {
      const yaml = readFileSync(join(TEMPLATES, file), 'utf8');
      const { title, description } = parseRule(yaml);
      return { name: title, description, yaml };
    });
  return templates;
}
