/** In whose place. */
export interface InPlace {
  forId: string;
  forName: string;
}

export const inPlaceTitle = (label: string, deputy: InPlace | null): string => `${deputy ? `代${deputy.forName}：` : ''}${label}`;
/** As a request has it. */
export const inPlaceBody = (forId: string | undefined) => (forId === undefined ? {} : { forId });
