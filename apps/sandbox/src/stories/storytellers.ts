import { claimedWithoutContact } from './claimed-without-contact.js';
import { closedInMinutes } from './closed-in-minutes.js';
import { completionRejectedTwice } from './completion-rejected-twice.js';
import { deniedContact } from './denied-contact.js';
import { extensionOnLastDay } from './extension-on-last-day.js';
import { noContactInTime } from './no-contact-in-time.js';
import { orderOverdue } from './order-overdue.js';
import { orderPingPong } from './order-ping-pong.js';
import { passedBack } from './passed-back.js';
import { replyCopied } from './reply-copied.js';
import { repeatedComplaint } from './repeated-complaint.js';
import { replyTooShort } from './reply-too-short.js';
import { returnedAgainAfterRefusal } from './returned-again-after-refusal.js';
import { solvedClaimDenied } from './solved-claim-denied.js';
import type { Storyteller } from './story.js';
import { UNIT_TALES } from './unit-tales.js';
import { ORDER_TALES } from './order-tales.js';
import { CALLER_TALES } from './caller-tales.js';
import { HANDLING_TALES } from './handling-tales.js';

/** All who plant problems made of orders alone. Append only: the place in the list is part of what a seed means. */
export const STORYTELLERS: readonly Storyteller[] = [
  orderPingPong, returnedAgainAfterRefusal, completionRejectedTwice, noContactInTime,
  claimedWithoutContact, orderOverdue, solvedClaimDenied, repeatedComplaint, passedBack, closedInMinutes, replyTooShort, extensionOnLastDay,
  ...ORDER_TALES, ...CALLER_TALES, ...UNIT_TALES, replyCopied, ...HANDLING_TALES, deniedContact,
]; // prettier-ignore
