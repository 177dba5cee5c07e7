// What is searched for and how the shelf is sorted: kept while the window is open.

import type { Query } from "./shelf";

export const view: Query = $state({ search: "", filter: "all", vendor: "", sort: "name" });
