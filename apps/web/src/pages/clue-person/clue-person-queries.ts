import { queryOptions } from '@tanstack/react-query';
import {
  knownPeopleSchema,
  personPageSchema,
  type IdentifyPersonRequest,
  type SameNameRequest,
  type SearchPeopleRequest,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** The page of a person whom a clue names, in the console and in the API. */
export const personPath = (clueId: string, personId: string) =>
  `/clues/${encodeURIComponent(clueId)}/people/${encodeURIComponent(personId)}`;

export const cluePersonQuery = (clueId: string, personId: string) =>
  queryOptions({
    queryKey: keys.cluePerson(clueId, personId),
    queryFn: ({ signal }) => callApi(personPageSchema, personPath(clueId, personId), { signal }),
    // Each look is on record: none is taken because somebody came back to the window.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Each asking is on record: asked when somebody presses a button, and never by itself. */
export const askSameName = (clueId: string, body: SameNameRequest) =>
  callApi(knownPeopleSchema, `/clues/${encodeURIComponent(clueId)}/people/same-name`, { method: 'POST', body });

export const searchPeople = (body: SearchPeopleRequest) =>
  callApi(knownPeopleSchema, '/clue-people/search', { method: 'POST', body });

export const identifyPerson = (clueId: string, personId: string, body: IdentifyPersonRequest) =>
  callApi(personPageSchema, `${personPath(clueId, personId)}/identity`, { method: 'POST', body });
