// Which requests of a plan are sent as a rule; the others only if an answer wants them.

import type { Request, RequestWhen } from "../../backend/types";

const USUAL: RequestWhen[] = ["always", "if_good", "unless_seat_taken"];

export const usual = (requests: Request[]): number => requests.filter((request) => USUAL.includes(request.when)).length;

/** For a sentence: those, how many more there may be, and all of them. */
export function counted(requests: Request[]): { count: number; more: number; all: number } {
  const [count, all] = [usual(requests), requests.reduce((sum, request) => sum + 1 + request.alike, 0)];
  return { count, more: all - count, all };
}
