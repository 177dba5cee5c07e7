// Whether a license has a seat left for this computer, by what the vendor said last.

import type { CheckedKey, Seats } from "../../backend/types";

export const noneLeft = (seats: Seats | null): boolean => seats !== null && seats.limit !== null && seats.used >= seats.limit;

/** One that this computer holds, or may hold, counts among those in use. */
export const isFull = ({ seats, holdsSeat }: CheckedKey): boolean => !holdsSeat && noneLeft(seats);
