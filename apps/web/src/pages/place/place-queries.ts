import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  MAX_PLACE_MONTHS_BACK,
  PLACE_MONTHS,
  placeDaySchema,
  placeMonthSchema,
  placePageSchema,
  type PagedPlaceKind,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export interface Place {
  kind: PagedPlaceKind;
  code: string;
}

const pathOf = ({ kind, code }: Place) => `/places/${kind}/${encodeURIComponent(code)}`;

/** The page of a place in the console. */
export const placePath = (kind: PagedPlaceKind, code: string) => pathOf({ kind, code });

export const placeQuery = (place: Place) =>
  infiniteQueryOptions({
    queryKey: keys.place(place.kind, place.code),
    queryFn: ({ pageParam: back, signal }) => callApi(placePageSchema, pathOf(place), { query: { back }, signal }),
    initialPageParam: 0,
    getNextPageParam: ({ hasEarlier }, _, back) =>
      hasEarlier && back + PLACE_MONTHS <= MAX_PLACE_MONTHS_BACK ? back + PLACE_MONTHS : null,
  });

export const placeMonthQuery = (place: Place, month: string) =>
  queryOptions({
    queryKey: keys.placeMonth(place.kind, place.code, month),
    queryFn: ({ signal }) => callApi(placeMonthSchema, `${pathOf(place)}/months/${month}`, { signal }),
  });

export const placeDayQuery = (place: Place, day: string) =>
  queryOptions({
    queryKey: keys.placeDay(place.kind, place.code, day),
    queryFn: ({ signal }) => callApi(placeDaySchema, `${pathOf(place)}/days/${day}`, { signal }),
  });
