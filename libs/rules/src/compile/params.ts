/** ClickHouse types that a rule's values take as query parameters. */
export type ParamType = 'Int64' | 'UInt32' | 'String' | 'Bool' | 'Array(String)' | 'Array(Int64)';

/**
 * Collects the values of one query. Every value of a rule, of a call or of a record reaches ClickHouse as a parameter;
 * only names checked against the catalogue and figures computed here stand in the SQL text itself.
 */
export class QueryParams {
  private readonly values: Record<string, unknown> = {};
  private readonly names = new Map<string, string>();

  /** The placeholder for a value; equal values share one. */
  add(value: unknown, type: ParamType): string {
    const key = `${type} ${JSON.stringify(value)}`;
    const known = this.names.get(key);
    if (known) return `{${known}:${type}}`;
    const name = `p${this.names.size}`;
    this.names.set(key, name);
    this.values[name] = value;
    return `{${name}:${type}}`;
  }

  /** A placeholder whose value is given at each call. */
  static placeholder(name: 'now' | 'latest' | 'scopes' | 'cohorts' | 'batches' | 'slice' | 'slices', type: ParamType): string {
    return `{${name}:${type}}`;
  }

  toRecord(): Readonly<Record<string, unknown>> {
    return { ...this.values };
  }
}

/** The evaluation instant. */
export const NOW = QueryParams.placeholder('now', 'Int64');
/** Dated later than this, an answer is a mistake of its rule, where its kind knows such. */
export const LATEST = QueryParams.placeholder('latest', 'Int64');
/** The scope keys of a live evaluation. */
export const SCOPES = QueryParams.placeholder('scopes', 'Array(String)');
/** The keys of the cohorts that are asked about. */
export const COHORTS = QueryParams.placeholder('cohorts', 'Array(String)');
/** A sweep in pieces: the scopes whose hash leaves `slice` when divided by `slices`. */
export const SLICE = QueryParams.placeholder('slice', 'UInt32');
export const SLICES = QueryParams.placeholder('slices', 'UInt32');
/** The batches whose touched scopes are asked for. */
export const BATCHES = QueryParams.placeholder('batches', 'Array(String)');
