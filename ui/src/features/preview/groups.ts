// Whose a request is where there are several licenses: each has its own, under its name.

import type { Request } from "../../backend/types";

export type Group = {
  name: string;
  /** What tells it from another of that name. */
  tail: string;
  requests: Request[];
  /** The lines of the record that were written for it. */
  entries: number[];
  /** All of it was done, so that what did not leave was not needed. */
  done: boolean;
};
