// Which requests of a plan are sent as a rule; the others only if an answer wants them.

import type { Request, RequestWhen } from "../../backend/types";

const USUAL: RequestWhen[] = ["always", "if_good", "unless_seat_taken"];

export const usual = (requests: Request[]): number => requests.filter((request) => USUAL.includes(request.when)).length;
